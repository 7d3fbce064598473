import type { ActiveHold, UnbegunJob } from "@/lib/queue/hold-jobs";
import type { WaitingJob } from "./holdings";

/** Knows which jobs must not begin because a hold is on them. */
export class HoldGate {
  #holds: readonly ActiveHold[] = [];

  /** Takes in the holds as they are now. */
  set(holds: readonly ActiveHold[]): void {
    this.#holds = holds;
  }

  /** Whether a loaded job must not begin. What has begun before goes on to its end, and so does a job that is on trial. */
  holds({ seq, accountId, cycleId, loaded }: WaitingJob): boolean {
    if (this.#holds.length === 0 || typeof loaded !== "object" || loaded.startedAt !== null) return false;
    return this.#holds.some(
      (hold) =>
        hold.throughSeq < seq &&
        hold.accountId === accountId &&
        (hold.cycleId === null || hold.cycleId === cycleId) &&
        (hold.stepId === null || hold.stepId === loaded.stepId),
    );
  }
}

/** What the database is told of jobs that must not begin. */
export const unbegun = (jobs: readonly WaitingJob[]): UnbegunJob[] =>
  jobs.flatMap(({ seq, claim, accountId, loaded }) =>
    typeof loaded === "object" ? { seq, claim, accountId, stepId: loaded.stepId } : [],
  );
