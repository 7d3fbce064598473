const HOUR_MS = 3_600_000;

/** The longest wait between two tries that back-off makes. */
export const MAX_BACKOFF_MS = HOUR_MS;

/** The longest wait that an application can ask for with Retry-After. */
export const MAX_RETRY_AFTER_MS = 24 * HOUR_MS;

/** Each wait is up to this part shorter or longer, so that failures of one moment don't come back in one moment. */
const JITTER = 0.2;

export type RetryDelayInput = {
  /** Tries made so far, the failed one included: 1 or more. */
  attempt: number;
  /** Tries allowed after the first. */
  retries: number;
  /** `backoff` doubles the wait each time; `fixed` keeps it. */
  wait: "backoff" | "fixed";
  firstWaitMs: number;
  /** What the application asked for, in milliseconds; it wins when it is longer. */
  retryAfterMs?: number;
  /** At least 0 and below 1. */
  random: number;
};

/**
 * Says how long to wait before a failed step is tried again.
 *
 * @returns milliseconds to wait, or `null` when no try is left
 * @throws RangeError when `attempt` is below 1
 */
export function retryDelayMs({
  attempt,
  retries,
  wait,
  firstWaitMs,
  retryAfterMs = 0,
  random,
}: RetryDelayInput): number | null {
  if (attempt < 1) throw new RangeError(`attempt must be 1 or more, got ${attempt}`);
  if (attempt > retries) return null;
  const ownWaitMs = wait === "fixed" ? firstWaitMs : backoffMs(attempt, firstWaitMs, random);
  return Math.max(Math.round(ownWaitMs), Math.min(retryAfterMs, MAX_RETRY_AFTER_MS));
}

function backoffMs(attempt: number, firstWaitMs: number, random: number): number {
  const doubledMs = Math.min(firstWaitMs * 2 ** (attempt - 1), MAX_BACKOFF_MS);
  return Math.min(doubledMs * (1 - JITTER + 2 * JITTER * random), MAX_BACKOFF_MS);
}
