/** How long a stopped Cycle goes on accepting requests and keeps what is queued, in milliseconds. */
export const STOPPED_QUEUE_MS = 24 * 60 * 60_000;

export type CycleState = "NEVER_STARTED" | "RUNNING" | "FINISHING" | "STOPPED";

export type CycleStanding = { state: CycleState; stoppedAt: Date | null };

/** When what a stopped Cycle has queued is discarded; null unless it is stopped. */
export function discardsAt({ state, stoppedAt }: CycleStanding): Date | null {
  return state === "STOPPED" && stoppedAt !== null ? new Date(stoppedAt.getTime() + STOPPED_QUEUE_MS) : null;
}

/** Whether a POST to a Cycle's webhooks is taken: while it runs or finishes, and for 24 h after a stop. A number is milliseconds since 1970. */
export function acceptsRequests({ state, stoppedAt, now }: CycleStanding & { now: Date | number }): boolean {
  if (state === "RUNNING" || state === "FINISHING") return true;
  const end = discardsAt({ state, stoppedAt });
  return end !== null && now < end;
}
