import type { Pool } from "pg";
import { log } from "@/lib/log";
import { tallies } from "@/lib/metrics/tallies";
import { type Claim, type ClaimedJob, claimJobs, FIRST_CYCLE_IDS, type HeldJobs } from "@/lib/queue/claim";
import { claimGranted, type GrantedClaim, type WantedJobs } from "@/lib/queue/claim-granted";
import { holdJobs, type UnbegunJob } from "@/lib/queue/hold-jobs";
import { releaseJobs, releaseUnknownJobs } from "@/lib/queue/release";
import type { Lease } from "./lease";

type Job = { seq: number; claim: number };
type Wanted = { held: readonly HeldJobs[]; freeSlots: number; freeNormalSlots: number; loadBytes: number };

/** Claims jobs under a lease and knows which it has in hand, also when the database's answers get lost. */
export class Claims {
  readonly #pool: Pool;
  readonly #lease: Lease;
  /** All jobs that are claimed and neither settled nor given back: the numbers of their claims, by `seq`. */
  readonly #inHand = new Map<number, number>();
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
  async claim({ held, freeSlots, freeNormalSlots, loadBytes: wantedBytes }: Wanted): Promise<Claim | undefined> {
    if (!this.#lease.valid) return undefined;
    const workerId = this.#lease.id;
    if (this.#isUnsure) await releaseUnknownJobs(this.#pool, { workerId, known: [...this.#inHand.keys()] });
    // What could not be loaded shall not be in the way of the claim again.
    const loadBytes = this.#isUnsure ? 0 : wantedBytes;
    this.#isUnsure = false;
    let claim: Claim;
    try {
      const afterCycleIds = this.#afterCycleIds;
      claim = await claimJobs(this.#pool, { workerId, held, freeSlots, freeNormalSlots, afterCycleIds, loadBytes });
    } catch (error) {
      this.#isUnsure = true;
      throw error;
    }
    if (!claim.alive) {
      this.#lease.end();
      return undefined;
    }
    this.#afterCycleIds = claim.nextCycleIds;
    return { ...claim, jobs: this.#takeInHand(claim.jobs) };
  }

  /**
   * Gives those of claimed jobs that were not in hand. A crash of PostgreSQL may have forgotten the claim of one that is: now it is
   * claimed again, under the same number, and goes on here. A greater number is a new claim: its settlement has made the job
   * ready again, and was not heard of yet.
   */
  #takeInHand(claimed: readonly ClaimedJob[]): ClaimedJob[] {
    tallies.claims.value++;
    tallies.claimedJobs.value += claimed.length;
    const jobs = claimed.filter((job) => this.#inHand.get(job.seq) !== job.claim);
    for (const job of jobs) this.#inHand.set(job.seq, job.claim);
    return jobs;
  }

  /** Claims synchronous jobs within the slots that it has; undefined when a whole claim has to come first. */
  async claimGranted(wanted: readonly WantedJobs[], loadBytes: number): Promise<GrantedClaim | undefined> {
    if (this.#isUnsure || !this.#lease.valid) return undefined;
    try {
      const claim = await claimGranted(this.#pool, { workerId: this.#lease.id, wanted, loadBytes });
      return { ...claim, jobs: this.#takeInHand(claim.jobs) };
    } catch (error) {
      this.#isUnsure = true;
      throw error;
    }
  }

  /** Gives jobs back that were not begun; what can't be given back now is with the next claim. */
  release(jobs: readonly Job[]): Promise<void> {
    return this.#giveBack(jobs, (workerId) => releaseJobs(this.#pool, { workerId, jobs }));
  }

  /** Gives jobs back that must not begin because a hold is on them; what can't be given back now is with the next claim. */
  hold(jobs: readonly UnbegunJob[]): Promise<void> {
    return this.#giveBack(jobs, (workerId) => holdJobs(this.#pool, { workerId, jobs }));
  }

  async #giveBack(jobs: readonly Job[], act: (workerId: string) => Promise<void>): Promise<void> {
    if (jobs.length === 0 || !this.#lease.valid) return;
    for (const job of jobs) this.drop(job);
    try {
      await act(this.#lease.id);
    } catch (error) {
      this.#isUnsure = true;
      log.warn({ err: error }, "could not give jobs back, trying again");
    }
  }

  /** A job is settled, or another's. */
  drop({ seq, claim }: Job): void {
    if (this.#inHand.get(seq) === claim) this.#inHand.delete(seq);
  }
}
