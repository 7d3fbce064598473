import type { Pool } from "pg";
import { runClaim } from "./claim-message";
import { CLAIM } from "./claim-statement";
import type { ActiveHold } from "./hold-jobs";
import type { LoadedTransaction } from "./load";
import { arrayOf } from "./packed-rows";

/** Serializes all claims that give out slots, so that limits are exact. */
const CLAIM_LOCK = 7_301_966;

const STATEMENT = {
  name: "claim",
  parameters: "uuid, uuid[], smallint[], int[], int[], int[], int, int, uuid, uuid, boolean[]",
  text: CLAIM,
  // Its own statement, so that the next one sees what the claim before it has done.
  before: `SELECT pg_advisory_xact_lock(${CLAIM_LOCK});`,
};

/** What a worker holds of one cycle in one lane. */
export type HeldJobs = {
  cycleId: string;
  lane: 0 | 1;
  /** Claimed, not begun. */
  waiting: number;
  /** Begun and not settled: each takes a slot. */
  running: number;
  /** Jobs that one slot may hold at a time, itself included. */
  ahead: number;
  /** Another worker is to have them while it keeps up: only what has been ready for 400 ms is claimed. */
  defers?: boolean;
};

export type ClaimInput = {
  workerId: string;
  held: readonly HeldJobs[];
  /** Free slots of the worker, and how many of them jobs of the normal lane may take. */
  freeSlots: number;
  freeNormalSlots: number;
  /** Where the walk over each lane's cycles goes on: `nextCycleIds` of the claim before. */
  afterCycleIds: CycleIds;
  /** Most bytes of the bodies of transactions that come along; 0 for none of them. */
  loadBytes: number;
};

export type ClaimedJob = {
  seq: number;
  transactionId: string;
  accountId: string;
  cycleId: string;
  lane: 0 | 1;
  claim: number;
  /** Times that its worker died. */
  rescues: number;
};

/** A cycle that the worker holds jobs of, as it stands now. */
export type ClaimedCycle = {
  id: string;
  /** Transactions that the worker may run at the same time until its next claim. */
  slots: number;
  limit: number;
  state: "NEVER_STARTED" | "RUNNING" | "FINISHING" | "STOPPED";
  /** Jobs above it don't run while the cycle is FINISHING. */
  finishSeq: number | null;
};

export type Claim = {
  /** False: the worker's lease has passed and nothing was claimed. */
  alive: boolean;
  /** The database's clock, in milliseconds since 1970. */
  now: number;
  /** Ids of the workers that live, this one included. */
  workers: string[];
  /** How long the jobs that it left to another worker are only for that one, in milliseconds; null when it left none. */
  leftForMs: number | null;
  jobs: ClaimedJob[];
  cycles: ClaimedCycle[];
  /** Holds on the accounts of these cycles: what they cover must not be begun. */
  holds: ActiveHold[];
  /** Where the next walks go on. A walk that came to the end begins anew. */
  nextCycleIds: CycleIds;
  /** What claimed transactions need to run, in the order of their jobs: most of today's that have not begun, none that is on trial. */
  loaded: LoadedTransaction[];
};

/** Ids of cycles behind which the walks over the lanes begin. */
export type CycleIds = readonly [synchronous: string, normal: string];

/** Where the walks over the cycles begin. */
export const FIRST_CYCLE_IDS: CycleIds = [
  "00000000-0000-0000-0000-000000000000",
  "00000000-0000-0000-0000-000000000000",
];

/**
 * Takes ready jobs for a worker and sets how many of each cycle it may run at the same time (its grants).
 *
 * What a caller may rely on: each job goes to one worker; of one cycle the oldest go first; the grants of all workers
 * together never exceed a cycle's or an account's limit, and no worker gets more than its even share of a cycle's; the
 * synchronous lane goes first; accounts take turns for slots; jobs of cycles that don't run are left alone, and so are
 * those of a cycle with limit 1 while an older one of it waits. Slots of `running` jobs are kept; all others are given
 * out anew, so what is not named in `held` any more is given back.
 */
export async function claimJobs(pool: Pool, input: ClaimInput): Promise<Claim> {
  const { workerId, held, freeSlots, freeNormalSlots, afterCycleIds, loadBytes } = input;
  const values = [
    workerId,
    arrayOf(held.map((jobs) => jobs.cycleId)),
    arrayOf(held.map((jobs) => jobs.lane)),
    arrayOf(held.map((jobs) => jobs.waiting)),
    arrayOf(held.map((jobs) => jobs.running)),
    arrayOf(held.map((jobs) => jobs.ahead)),
    freeSlots,
    freeNormalSlots,
    ...afterCycleIds,
    arrayOf(held.map((jobs) => jobs.defers ?? false)),
  ];
  const { claim, loaded } = await runClaim<Claim>(pool, STATEMENT, { values, loadBytes });
  return { ...claim, jobs: claim.jobs.map(toJob), loaded };
}

/** A job from its columns (`CLAIMED_JOBS`). */
export function toJob([seq, transactionId, accountId, cycleId, lane, claim, rescues]: unknown[]): ClaimedJob {
  return { seq, transactionId, accountId, cycleId, lane, claim, rescues } as ClaimedJob;
}
