import type { Pool } from "pg";
import { type Claim, toJob } from "./claim";
import { runClaim } from "./claim-message";
import { CLAIMED_JOBS, NOTE_CLAIMED, readyJobs, TAKE_PICKED } from "./claim-statement";
import { arrayOf } from "./packed-rows";

/** Synchronous jobs of one cycle that are wanted. */
export type WantedJobs = {
  cycleId: string;
  /** Jobs of it that the worker has claimed and not settled. */
  inHand: number;
  /** Jobs that one slot may hold at a time. */
  ahead: number;
};

export type GrantedInput = { workerId: string; wanted: readonly WantedJobs[]; loadBytes: number };

/** `isAll`: nothing is left for this worker that it was told to claim. Else there may be: `claimJobs` gives slots for it. */
export type GrantedClaim = Pick<Claim, "now" | "jobs" | "cycles" | "loaded"> & { isAll: boolean };

const LAST = "9223372036854775807";

/** A cycle with limit 1, one that ends or runs once and one that a hold may be on need the whole claim. */
const STATEMENT = {
  name: "claim_granted",
  parameters: "uuid, uuid[], int[], int[]",
  text: `
  WITH granted AS MATERIALIZED (
    SELECT cycle.id, cycle.state, cycle."finishSeq", cycle."parallelLimit" AS "limit", given.slots,
      greatest(given.slots * wanted.ahead - wanted.in_hand, 0) AS jobs
    FROM unnest($2::uuid[], $3::int[], $4::int[]) AS wanted("cycleId", in_hand, ahead)
    JOIN "Grant" AS given ON given."cycleId" = ANY (ARRAY[wanted."cycleId"]) AND given."workerId" = $1
    JOIN "Cycle" AS cycle ON cycle.id = ANY (ARRAY[wanted."cycleId"])
    WHERE EXISTS (SELECT FROM "Worker" WHERE id = $1 AND "aliveUntil" > now())
      AND cycle.state = 'RUNNING' AND cycle."deletedAt" IS NULL AND NOT cycle."runOnce"
      AND cycle."parallelLimit" > 1 AND cycle."parallelLimit" >= given.slots
      AND NOT EXISTS (SELECT FROM "Hold" AS hold WHERE hold."accountId" = cycle."accountId" AND hold."endedAt" IS NULL)
  ), picked AS MATERIALIZED (
    SELECT granted.id, job.seq
    FROM granted CROSS JOIN LATERAL (
      SELECT job.seq ${readyJobs("0::smallint", "granted.id", LAST)}
      LIMIT granted.jobs
      FOR UPDATE SKIP LOCKED
    ) AS job
  ), claimed AS (
    ${TAKE_PICKED}
  )
  SELECT json_build_object(
    'now', extract(epoch FROM clock_timestamp()) * 1000,
    'jobs', ${CLAIMED_JOBS},
    'cycles', coalesce((
      SELECT json_agg(json_build_object('id', id, 'slots', slots, 'limit', "limit", 'state', state, 'finishSeq', "finishSeq"))
      FROM granted
    ), '[]'),
    'isAll', (SELECT count(*) FROM granted) = cardinality($2) AND NOT EXISTS (
      SELECT FROM granted WHERE jobs <= (SELECT count(*) FROM picked WHERE picked.id = granted.id)
    )
  ) AS claim, ${NOTE_CLAIMED}`,
};

/**
 * Takes ready synchronous jobs of cycles that `claimJobs` has given this worker slots for, within these slots. Slots stay
 * as they are, so it waits for no other claim and costs about half of one.
 */
export async function claimGranted(pool: Pool, { workerId, wanted, loadBytes }: GrantedInput): Promise<GrantedClaim> {
  const values = [
    workerId,
    arrayOf(wanted.map((jobs) => jobs.cycleId)),
    arrayOf(wanted.map((jobs) => jobs.inHand)),
    arrayOf(wanted.map((jobs) => jobs.ahead)),
  ];
  const { claim, loaded } = await runClaim<GrantedClaim>(pool, STATEMENT, { values, loadBytes });
  return { ...claim, jobs: claim.jobs.map(toJob), loaded };
}
