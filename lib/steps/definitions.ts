import { decision } from "./decision/definition";
import { delay } from "./delay/definition";
import { httpRequest } from "./http-request/definition";
import { note } from "./note/definition";
import { script } from "./script/definition";
import { setFields } from "./set-fields/definition";
import { stop } from "./stop/definition";
import { syncResponse } from "./sync-response/definition";
import type { StepDefinition } from "./types";
import { webhook } from "./webhook/definition";
import { webhookIpFiltered } from "./webhook-ip-filtered/definition";

/** Every step type there is, in the order of the palette. */
export const stepDefinitions = {
  webhook,
  "webhook-ip-filtered": webhookIpFiltered,
  "sync-response": syncResponse,
  decision,
  delay,
  stop,
  "set-fields": setFields,
  script,
  "http-request": httpRequest,
  note,
};

export type StepType = keyof typeof stepDefinitions;

/** The definition of a type by its name, or undefined when there is none: drafts and imports may name anything. */
export function definitionOf(type: string): StepDefinition | undefined {
  return Object.hasOwn(stepDefinitions, type) ? (stepDefinitions[type as StepType] as StepDefinition) : undefined;
}
