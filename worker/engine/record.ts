import type { StepError } from "@/lib/core/errors";
import type { Json } from "@/lib/core/json";
import { type ConsoleLine, keptConsole } from "@/lib/core/script";
import type { Attempt, StepRecord } from "@/lib/core/transaction";
import type { Begun } from "./parked";

/** How a step ended. */
export type StepResult = Pick<
  StepRecord,
  "outcome" | "exit" | "input" | "output" | "error" | "warning" | "console" | "continuation"
>;

/** Milliseconds with three digits behind the point. */
const rounded = (ms: number) => Math.max(0, Math.round(ms * 1_000) / 1_000);

let [lastSecond, lastText] = [Number.NaN, ""];

/** An instant as `toISOString` writes it. Most follow another of the same second, whose beginning is kept. */
function isoTime(ms: number): string {
  const whole = Math.trunc(ms);
  const second = Math.floor(whole / 1_000);
  if (second !== lastSecond) {
    lastText = new Date(second * 1_000).toISOString().slice(0, -4);
    lastSecond = second;
  }
  return `${lastText}${String(whole - second * 1_000).padStart(3, "0")}Z`;
}

/** What is recorded of a step that has ended. `endedAt` is milliseconds since 1970. */
export function recordOf(stepId: string, begun: Begun, result: StepResult, endedAt: number): StepRecord {
  const record: StepRecord = {
    stepId,
    visit: begun.visit,
    ...result,
    startedAt: isoTime(begun.startedAt),
    durationMs: rounded(endedAt - begun.startedAt),
  };
  if (begun.attempts.length > 0) record.attempts = begun.attempts;
  return record;
}

/** What is recorded of one try. Times are milliseconds since 1970. */
export function attemptOf(startedAt: number, endedAt: number, error?: string): Attempt {
  const attempt = { startedAt: isoTime(startedAt), durationMs: rounded(endedAt - startedAt) };
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

/** What is recorded of a console: nothing where nothing was written. */
export function consoleOf(lines: readonly ConsoleLine[]): Pick<StepRecord, "console"> {
  const kept = keptConsole(lines);
  return kept ? { console: kept } : {};
}
