import type { StepError } from "../errors";
import { OnError } from "../graph";
import { retryDelayMs } from "../retry";

/** What follows a failed try of a step. */
export type AfterFailure =
  | { kind: "retry"; waitMs: number }
  | { kind: "go-on" }
  | { kind: "error-exit" }
  | { kind: "fail"; stopCycle: boolean };

export type FailureInput = {
  error: Pick<StepError, "retryable" | "retryAfterMs">;
  /** The step's *On error*; left out, its defaults hold. */
  onError?: OnError;
  /** Tries made so far, the failed one included. */
  attempt: number;
  /** At least 0 and below 1. */
  random: number;
};

const DEFAULT_ON_ERROR = OnError.parse({});

/** Decides by a step's *On error* what follows a failed try. */
export function afterFailure({ error, onError = DEFAULT_ON_ERROR, attempt, random }: FailureInput): AfterFailure {
  if (error.retryable) {
    const waitMs = retryDelayMs({
      attempt,
      retries: onError.retries,
      wait: onError.wait,
      firstWaitMs: onError.firstWaitSeconds * 1_000,
      retryAfterMs: error.retryAfterMs,
      random,
    });
    if (waitMs !== null) return { kind: "retry", waitMs };
  }
  switch (onError.then) {
    case "stop":
      return { kind: "fail", stopCycle: false };
    case "stop-cycle":
      return { kind: "fail", stopCycle: true };
    case "continue":
      return { kind: "go-on" };
    case "error-exit":
      return { kind: "error-exit" };
    default:
      return onError.then satisfies never;
  }
}
