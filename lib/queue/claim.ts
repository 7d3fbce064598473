import { escapeLiteral, type Pool, type PoolClient, type QueryConfig, type QueryResult } from "pg";
import { CLAIM } from "./claim-statement";
import { arrayOf } from "./packed-rows";

const TIMEOUT_MS = 15_000;

/** Serializes all claims of an installation, so that limits are exact. */
const CLAIM_LOCK = 7_301_966;

/** The types of the parameters of `CLAIM`. */
const PARAMETERS = "uuid, uuid[], smallint[], int[], int[], int[], int, int, uuid, uuid";

/**
 * One message of many statements, so that the lock is held for no round trip. It comes before the claim's own statement, whose
 * snapshot then sees what the claim before it has done. One plan serves all claims, however the tables grow: planning costs more
 * than claiming, and compiling it a hundred times as much. A crash of PostgreSQL may forget a claim that is not written yet: the
 * job is ready again then, and what its worker settles under the lost claim has not been claimed by it, or is so once more.
 */
const claimText = (values: readonly (string | number)[]) => `
  BEGIN;
  SET LOCAL plan_cache_mode = force_generic_plan; SET LOCAL jit = off; SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off;
  SET LOCAL synchronous_commit = off; SET LOCAL statement_timeout = ${TIMEOUT_MS};
  SELECT pg_advisory_xact_lock(${CLAIM_LOCK});
  EXECUTE claim (${values.map((value) => escapeLiteral(String(value))).join(", ")});
  COMMIT`;

/** Connections that know the statement `claim`. */
const prepared = new WeakSet<PoolClient>();

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
  if (!prepared.has(client)) {
    await query(client, `PREPARE claim (${PARAMETERS}) AS ${CLAIM}`);
    prepared.add(client);
  }
  const results = await query(
    client,
    claimText([
      workerId,
      arrayOf(held.map((jobs) => jobs.cycleId)),
      arrayOf(held.map((jobs) => jobs.lane)),
      arrayOf(held.map((jobs) => jobs.waiting)),
      arrayOf(held.map((jobs) => jobs.running)),
      arrayOf(held.map((jobs) => jobs.ahead)),
      freeSlots,
      freeNormalSlots,
      ...afterCycleIds,
    ]),
  );
  const [{ claim: given }] = results.at(-2)!.rows as [{ claim: Claim & { jobs: unknown[][] } }];
  const { jobs, ...claim } = given;
  return { ...claim, jobs: jobs.map(toJob) };
}

/** Runs statements that have no parameters; gives a result for each. */
async function query(client: PoolClient, text: string): Promise<QueryResult[]> {
  return [await client.query({ text, query_timeout: TIMEOUT_MS } as QueryConfig)].flat();
}

function toJob([seq, transactionId, accountId, cycleId, lane, claim, rescues]: unknown[]): ClaimedJob {
  return { seq, transactionId, accountId, cycleId, lane, claim, rescues } as ClaimedJob;
}
