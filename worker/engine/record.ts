import type { StepError } from "@/lib/core/errors";
import type { Json } from "@/lib/core/json";
import type { Attempt, StepRecord } from "@/lib/core/transaction";
import { type Begun, VISIT } from "./parked";

/** How a step ended. */
export type StepResult = Pick<StepRecord, "outcome" | "exit" | "input" | "output" | "error" | "warning">;

/** Milliseconds with three digits behind the point. */
const rounded = (ms: number) => Math.max(0, Math.round(ms * 1_000) / 1_000);

/** What is recorded of a step that has ended. `endedAt` is milliseconds since 1970. */
export function recordOf(stepId: string, begun: Begun, result: StepResult, endedAt: number): StepRecord {
  const record: StepRecord = {
    stepId,
    visit: VISIT,
    ...result,
    startedAt: new Date(begun.startedAt).toISOString(),
    durationMs: rounded(endedAt - begun.startedAt),
  };
  if (begun.attempts.length > 0) record.attempts = begun.attempts;
  return record;
}

/** What is recorded of one try. Times are milliseconds since 1970. */
export function attemptOf(startedAt: number, endedAt: number, error?: string): Attempt {
  const attempt = { startedAt: new Date(startedAt).toISOString(), durationMs: rounded(endedAt - startedAt) };
  return error === undefined ? attempt : { ...attempt, error };
}

/** What is recorded of an error. */
export const errorOf = ({ code, message, detail }: StepError) =>
  detail === undefined ? { code, message } : { code, message, detail };

/** What a record takes over from an outcome. */
export const takenBy = ({ exit, input, output }: { exit: string; input?: Json; output?: Json }) => ({
  exit,
  input,
  output,
});
