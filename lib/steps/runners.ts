import { runDecision } from "./decision/run";
import type { StepType, stepDefinitions } from "./definitions";
import { runDelay } from "./delay/run";
import { runHttpRequest } from "./http-request/run";
import { runNote } from "./note/run";
import { runScriptStep } from "./script/run";
import { runSetFields } from "./set-fields/run";
import { runStop } from "./stop/run";
import { runSyncResponse } from "./sync-response/run";
import type { StepRunner } from "./types";
import { runWebhook } from "./webhook/run";

/** What each step type does. One that is missing does not compile. */
export const stepRunners: { [T in StepType]: StepRunner<(typeof stepDefinitions)[T]> } = {
  webhook: runWebhook,
  "webhook-ip-filtered": runWebhook,
  "sync-response": runSyncResponse,
  decision: runDecision,
  delay: runDelay,
  stop: runStop,
  "set-fields": runSetFields,
  script: runScriptStep,
  "http-request": runHttpRequest,
  note: runNote,
};

/** The runner of a type by its name, or undefined when this build has none. */
export function runnerOf(type: string): StepRunner<unknown> | undefined {
  return Object.hasOwn(stepRunners, type)
    ? (stepRunners[type as StepType] as unknown as StepRunner<unknown>)
    : undefined;
}
