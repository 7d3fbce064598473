import { matchValue } from "@/lib/core/match-value";
import type { StepRunner } from "../types";
import type { webhook } from "./definition";

/** Goes on at once where the transaction begins: its data is there. Anywhere else it holds, until a request with the mapped value comes. */
export const runWebhook: StepRunner<typeof webhook> = ({ begins, settings }) => {
  if (begins) return { kind: "continue", exit: "next" };
  const value = matchValue(settings.matchExisting);
  const timeoutMs = settings.timeoutSeconds === null ? null : settings.timeoutSeconds * 1_000;
  return { kind: "hold", value, timeoutMs, input: { value } };
};
