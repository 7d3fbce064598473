import type { Pool, PoolClient, QueryConfig } from "pg";
import { CLAIM } from "./claim-statement";
import { arrayOf } from "./packed-rows";
import { run } from "./statement";

const TIMEOUT_MS = 15_000;

/** Serializes all claims of an installation, so that limits are exact. */
const CLAIM_LOCK = 7_301_966;

/**
 * The lock comes in a statement before the claim's, whose snapshot then sees what the claim before it has done. One plan serves all
 * claims, however the tables grow: planning costs more than claiming, and compiling it a hundred times as much. A worker that freezes here loses
 * its connection, or nobody could claim until it thaws.
 */
const BEGIN = `
  BEGIN;
  SET LOCAL plan_cache_mode = force_generic_plan; SET LOCAL jit = off; SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off;
  SET LOCAL idle_in_transaction_session_timeout = ${TIMEOUT_MS}; SET LOCAL statement_timeout = ${TIMEOUT_MS};
  SELECT pg_advisory_xact_lock(${CLAIM_LOCK})`;

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
};

export type ClaimInput = {
  workerId: string;
  held: readonly HeldJobs[];
  /** Free slots of the worker, and how many of them jobs of the normal lane may take. */
  freeSlots: number;
  freeNormalSlots: number;
  /** Where the walk over each lane's cycles goes on: `nextCycleIds` of the claim before. */
  afterCycleIds: CycleIds;
};

export type ClaimedJob = {
  seq: number;
  transactionId: string;
  accountId: string;
  cycleId: string;
  lane: 0 | 1;
  claim: number;
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
  jobs: ClaimedJob[];
  cycles: ClaimedCycle[];
  /** Where the next walks go on. A walk that came to the end begins anew. */
  nextCycleIds: CycleIds;
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
  const client = await pool.connect();
  // Between two statements nobody else listens, and an error that nobody hears ends the process.
  let broken: Error | undefined;
  const onError = (error: Error) => {
    broken = error;
  };
  client.on("error", onError);
  try {
    return await claimOn(client, input);
  } catch (error) {
    broken ??= error as Error;
    throw error;
  } finally {
    client.off("error", onError);
    client.release(broken);
  }
}

async function claimOn(client: PoolClient, input: ClaimInput): Promise<Claim> {
  const { workerId, held, freeSlots, freeNormalSlots, afterCycleIds } = input;
  await client.query({ text: BEGIN, query_timeout: TIMEOUT_MS } as QueryConfig);
  const rows = await run<{ claim: Claim & { jobs: unknown[][] } }>(client, {
    name: "claim",
    text: CLAIM,
    values: [
      workerId,
      arrayOf(held.map((jobs) => jobs.cycleId)),
      arrayOf(held.map((jobs) => jobs.lane)),
      arrayOf(held.map((jobs) => jobs.waiting)),
      arrayOf(held.map((jobs) => jobs.running)),
      arrayOf(held.map((jobs) => jobs.ahead)),
      freeSlots,
      freeNormalSlots,
      ...afterCycleIds,
    ],
    timeoutMs: TIMEOUT_MS,
  });
  await client.query("COMMIT");
  const { jobs, ...claim } = rows[0]!.claim;
  return { ...claim, jobs: jobs.map(toJob) };
}

function toJob([seq, transactionId, accountId, cycleId, lane, claim]: unknown[]): ClaimedJob {
  return { seq, transactionId, accountId, cycleId, lane, claim } as ClaimedJob;
}
