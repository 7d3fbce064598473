import type { ComponentType } from "react";
import type { StepSetupProps } from "@/components/fields/field-form";
import type { StepType } from "./definitions";
import { HttpRequestSetup } from "./http-request/setup";
import { SyncResponseSetup } from "./sync-response/setup";
import { WebhookSetup } from "./webhook/setup";

/** Forms of the types whose declared fields don't say all there is to set up; all other types have theirs drawn from the fields. */
export const stepSetups: Partial<Record<StepType, ComponentType<StepSetupProps>>> = {
  webhook: WebhookSetup,
  "webhook-ip-filtered": WebhookSetup,
  "http-request": HttpRequestSetup,
  "sync-response": SyncResponseSetup,
};

/** The form of a type of its own; undefined when it has none. */
export function setupOf(type: string): ComponentType<StepSetupProps> | undefined {
  return Object.hasOwn(stepSetups, type) ? stepSetups[type as StepType] : undefined;
}
