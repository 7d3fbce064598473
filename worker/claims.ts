import type { Pool } from "pg";
import { log } from "@/lib/log";
import { tallies } from "@/lib/metrics/tallies";
import { type Claim, claimJobs, FIRST_CYCLE_IDS, type HeldJobs } from "@/lib/queue/claim";
import { releaseJobs, releaseUnknownJobs } from "@/lib/queue/release";
import type { Lease } from "./lease";

type Job = { seq: number; claim: number };
type Wanted = { held: readonly HeldJobs[]; freeSlots: number; freeNormalSlots: number };

/** Claims jobs under a lease and knows which it has in hand, also when the database's answers get lost. */
export class Claims {
  readonly #pool: Pool;
  readonly #lease: Lease;
  /** `seq` of all jobs that are claimed and neither settled nor given back. */
  readonly #inHand = new Set<number>();
  /** An answer was lost: jobs may be claimed that are not in hand. */
  #isUnsure = false;
  #afterCycleIds = FIRST_CYCLE_IDS;

  constructor(pool: Pool, lease: Lease) {
    this.#pool = pool;
    this.#lease = lease;
  }

  /** There are more cycles than the last claim could look at. */
  get isOnItsWay(): boolean {
    return this.#afterCycleIds.some((id, lane) => id !== FIRST_CYCLE_IDS[lane]);
  }

  /** Claims what is wanted; undefined when the lease has passed. */
  async claim({ held, freeSlots, freeNormalSlots }: Wanted): Promise<Claim | undefined> {
    if (!this.#lease.valid) return undefined;
    const workerId = this.#lease.id;
    if (this.#isUnsure) await releaseUnknownJobs(this.#pool, { workerId, known: [...this.#inHand] });
    this.#isUnsure = false;
    let claim: Claim;
    try {
      const afterCycleIds = this.#afterCycleIds;
      claim = await claimJobs(this.#pool, { workerId, held, freeSlots, freeNormalSlots, afterCycleIds });
    } catch (error) {
      this.#isUnsure = true;
      throw error;
    }
    if (!claim.alive) {
      this.#lease.end();
      return undefined;
    }
    tallies.claims.value++;
    tallies.claimedJobs.value += claim.jobs.length;
    this.#afterCycleIds = claim.nextCycleIds;
    // A crash of PostgreSQL may have forgotten the claim of a job that is in hand: now it is claimed again, and goes on here.
    const jobs = claim.jobs.filter((job) => !this.#inHand.has(job.seq));
    for (const job of jobs) this.#inHand.add(job.seq);
    return { ...claim, jobs };
  }

  /** Gives jobs back that were not begun; what can't be given back now is with the next claim. */
  async release(jobs: readonly Job[]): Promise<void> {
    if (jobs.length === 0 || !this.#lease.valid) return;
    for (const job of jobs) this.#inHand.delete(job.seq);
    try {
      await releaseJobs(this.#pool, { workerId: this.#lease.id, jobs });
    } catch (error) {
      this.#isUnsure = true;
      log.warn({ err: error }, "could not give jobs back, trying again");
    }
  }

  /** A job is settled, or another's. */
  drop(seq: number): void {
    this.#inHand.delete(seq);
  }
}
