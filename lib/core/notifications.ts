import type { AlarmRuleName, AlarmRules } from "./alarm-rules";
import type { AlarmEvent } from "./alarms";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** How long to wait after the 1st, 2nd, ... failed attempt: about a day in all. */
const DELAYS_MS = [1, 5, 15, 30, 60, 120, 240, 480, 480].map((minutes) => minutes * MINUTE_MS);
/** Each wait is up to this part longer, so that failures of one moment don't come back in one moment. */
const JITTER = 0.1;
/** The longest wait that a target can ask for with Retry-After. */
const MAX_RETRY_AFTER_MS = 8 * HOUR_MS;

/** Attempts at sending one notification by itself. */
export const MOST_TRIES = DELAYS_MS.length + 1;

export type NotificationRetry = {
  /** Attempts made so far, the failed one included: 1 or more. */
  tries: number;
  /** What the target asked for, in milliseconds; it wins when it is longer. */
  retryAfterMs?: number;
  /** At least 0 and below 1. */
  random: number;
};

/** How long to wait before a notification is sent again, in milliseconds; null when it is given up. */
export function notificationDelayMs({ tries, retryAfterMs = 0, random }: NotificationRetry): number | null {
  const delayMs = DELAYS_MS[tries - 1];
  if (delayMs === undefined) return null;
  return Math.max(Math.round(delayMs * (1 + JITTER * random)), Math.min(retryAfterMs, MAX_RETRY_AFTER_MS));
}

/** Names as they were when a notification was written. */
export type NotifiedPlace = {
  account: { id: string; name: string };
  cycle: { id: string; name: string };
  step: { id: string; name: string };
  webhookId: string;
};

/** What a notification tells. No secret and no body of a request is in it. */
export type NotificationFacts = NotifiedPlace & {
  /** Milliseconds since 1970. */
  at: number;
  /** Null for a test. */
  event: (AlarmEvent & { limit: AlarmRules[AlarmRuleName] }) | null;
};

/** One attempt to send a notification; `at` in milliseconds since 1970. */
export type NotificationAttempt = {
  at: number;
  durationMs: number;
  /** What the target answered: an HTTP status with the beginning of the body, or the mail server's line. */
  status: number | null;
  answer: string | null;
  /** Why it was not taken; null when it was. */
  error: string | null;
};
