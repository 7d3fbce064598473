import type { Claim } from "@/lib/queue/claim";
import type { ActiveHold } from "@/lib/queue/hold-jobs";
import type { Claims } from "./claims";
import type { Holdings } from "./holdings";
import type { Pace } from "./pace";
import { preferredWorker } from "./preferred-worker";
import { Wakers } from "./wakers";

/** A claim that brings so many jobs is followed by a pause: few large claims cost less than many small ones. */
const MANY_JOBS = 16;
const PAUSE_MS = 40;
const LONGEST_PAUSE_MS = 100;
/** The same where the worker left to another one what is ready. */
const LONGEST_LEFT_MS = 300;

/** What a claim brought; without `holds` they are as they were. */
export type Taken = Pick<Claim, "now" | "jobs" | "cycles" | "loaded"> & { holds?: ActiveHold[] };

export type ClaimerOptions = {
  workerId: string;
  claims: Claims;
  holdings: Holdings;
  pace: Pace;
  /** Bytes of bodies that may come along with the next claim. */
  loadBytes: () => number;
  /** Takes over what was claimed; `askedAt` is when it was asked for, by `performance.now()`. */
  take: (taken: Taken, askedAt: number) => Promise<void>;
};

/** Decides what a worker claims, and how soon again. */
export class Claimer {
  readonly #options: ClaimerOptions;
  readonly #wakers = new Wakers();
  /** Ids of the workers that live. */
  #workers: readonly string[] = [];
  /** Which of them cycles go to first, as far as it was asked for: it is asked for with every transaction that ends. */
  readonly #preferred = new Map<string, string | undefined>();
  /** For how long the last claim left jobs to another worker; null when it left none. */
  #leftForMs: number | null = null;

  constructor(options: ClaimerOptions) {
    this.#options = options;
  }

  /** There may be something to claim. With ids: only synchronous jobs of these cycles. */
  note(cycleIds: readonly string[] = []): void {
    this.#wakers.note(cycleIds);
  }

  /** Claims what it was told of within the slots that the worker has, and whatever there is when that may be more. Gives the number of jobs. */
  async claim(): Promise<number> {
    const { claims, holdings, pace, loadBytes, take } = this.#options;
    const askedAt = performance.now();
    const cycleIds = this.#wakers.take(askedAt);
    this.#leftForMs = null;
    if (!cycleIds) return this.#claimAny();
    const claim = await claims.claimGranted(holdings.wanted(cycleIds, pace.ahead), loadBytes());
    if (!claim) return this.#claimAny();
    await take(claim, askedAt);
    return claim.isAll ? claim.jobs.length : claim.jobs.length + (await this.#claimAny());
  }

  /**
   * How long to wait after a claim of so many jobs, also when there is something to claim. One that came too late leaves the next jobs
   * to the other workers: they have as large claims as one alone. One that left what there is to another worker comes again when that
   * has not kept up.
   */
  pauseMs(claimed: number): number {
    if (claimed >= MANY_JOBS) return PAUSE_MS;
    if (claimed > 0) return 0;
    if (this.#leftForMs !== null) return Math.min(this.#leftForMs, LONGEST_LEFT_MS);
    return Math.min(PAUSE_MS * Math.max(this.#workers.length - 1, 0), LONGEST_PAUSE_MS);
  }

  /**
   * Whether another worker is to run a cycle's transactions while it keeps up: several workers that share what takes no time have
   * small batches each, and do less together than one.
   */
  defers(cycleId: string): boolean {
    const { pace, workerId } = this.#options;
    return pace.isQuick(cycleId) && this.#preferredOf(cycleId) !== workerId;
  }

  #preferredOf(cycleId: string): string | undefined {
    if (!this.#preferred.has(cycleId)) this.#preferred.set(cycleId, preferredWorker(cycleId, this.#workers));
    return this.#preferred.get(cycleId);
  }

  /** Jobs of a cycle that one slot may hold. The worker that the others leave it to has its even share of the slots, and claims for all. */
  readonly ahead = (cycleId: string): number => {
    const { pace } = this.#options;
    const isForAll = pace.isQuick(cycleId) && !this.defers(cycleId);
    return pace.ahead(cycleId) * (isForAll ? Math.max(this.#workers.length, 1) : 1);
  };

  /** Claims whatever is ready, and has the slots given out anew. */
  async #claimAny(): Promise<number> {
    const { claims, holdings, pace, loadBytes, take } = this.#options;
    const askedAt = performance.now();
    const defers = (cycleId: string) => this.defers(cycleId);
    const claim = await claims.claim({
      held: holdings.held({ ahead: this.ahead, defers, quickCycleIds: pace.quickCycleIds() }),
      freeSlots: holdings.freeSlots,
      freeNormalSlots: Math.max(holdings.freeNormalSlots, 0),
      loadBytes: loadBytes(),
    });
    if (!claim) return 0;
    this.#wakers.granted(askedAt);
    this.#workers = claim.workers;
    this.#preferred.clear();
    this.#leftForMs = claim.leftForMs;
    await take(claim, askedAt);
    return claim.jobs.length;
  }
}
