import type { PoolClient } from "pg";
import { channels } from "./channels";
import { heldJobs, holdsJob } from "./hold-scope";
import { isAmong } from "./id-span";
import { leaveWebhooks } from "./leave-webhooks";
import { type Db, run } from "./statement";

const TIMEOUT_MS = 30_000;
/** Jobs that one statement lets go or discards at most. */
const JOBS_PER_STATEMENT = 2_000;
/** The longest time for which a rate is made up when nobody let anything go, in seconds. */
const ARREARS_SECONDS = 2;
/** A statement that began before the end of a hold is over after so long. */
const LATE_SECONDS = 60;
/** How long the end of a hold waits for requests that are being accepted. */
const LOCK_MS = 2_000;

/** A hold that has not ended, and what there is to do for it. */
export type TendedHold = {
  id: string;
  draining: boolean;
  discarding: boolean;
  /** Ready jobs have not been looked for since it began, or not for 10 s. */
  unswept: boolean;
};

/** All holds that have not ended, oldest first. */
export function readHoldsToTend(db: Db): Promise<TendedHold[]> {
  return run<TendedHold>(db, {
    name: "holds-to-tend",
    text: `
      SELECT id, "drainingSince" IS NOT NULL AS draining, "discardSeq" IS NOT NULL AS discarding,
        "sweptAt" IS NULL OR "sweptAt" < now() - interval '10 seconds' OR since > now() - interval '20 seconds' AS unswept
      FROM "Hold" WHERE "endedAt" IS NULL ORDER BY since`,
    values: [],
    timeoutMs: TIMEOUT_MS,
  });
}

/** SQL: whether another hold than `hold` still holds `job`, or is about to discard it. */
const heldByAnother = `EXISTS (
  SELECT FROM "Hold" AS other
  WHERE other."endedAt" IS NULL AND other.id <> hold.id AND (other."throughSeq" < job.seq OR other."discardSeq" >= job.seq)
    AND ${holdsJob("other", "job")}
)`;

/** One more than a statement lets go tells whether any are left. */
const NEXT = JOBS_PER_STATEMENT + 1;
const CONTINUED = heldJobs("hold", { through: `hold."throughSeq"`, and: `NOT ${heldByAnother}`, limit: NEXT });
const WAITING = heldJobs("hold", { after: `hold."throughSeq"`, limit: NEXT });
const TO_DISCARD = heldJobs("hold", {
  through: `hold."discardSeq"`,
  and: `job."runAt" <= hold."discardedAt"`,
  limit: JOBS_PER_STATEMENT,
});

/**
 * Lets the next jobs of a draining hold go, as many as its rate allows since the last time, in the order of acceptance: they are
 * ready, unless another hold is on them. Transactions that it has let go and that were continued since come first, within the rate
 * as well. While jobs of it are to be discarded it lets none go: what somebody asked to discard must not begin. One process at a
 * time calls it for a hold.
 *
 * @returns how many were let go; `left` is false when nothing was held behind them
 */
export async function drainPart(db: Db, id: string): Promise<{ released: number; left: boolean }> {
  const [row] = await run<{ released: number; left: boolean }>(db, {
    // Unnamed: a plan that was made while little was held would sort a million jobs for the first of them.
    name: "",
    text: `
      WITH hold AS MATERIALIZED (
        SELECT *, CASE WHEN "drainPerSecond" IS NULL THEN ${JOBS_PER_STATEMENT} ELSE least(${JOBS_PER_STATEMENT}, floor(
          extract(epoch FROM now() - greatest("drainedUntil", now() - interval '${ARREARS_SECONDS} seconds')) * "drainPerSecond"
        ))::int END AS may
        FROM "Hold" WHERE id = $1 AND "endedAt" IS NULL AND "drainingSince" IS NOT NULL AND "discardSeq" IS NULL
        FOR NO KEY UPDATE
      ), next AS MATERIALIZED (
        SELECT continued.seq FROM hold CROSS JOIN LATERAL ${CONTINUED} AS continued
        UNION ALL
        SELECT waiting.seq FROM hold CROSS JOIN LATERAL ${WAITING} AS waiting
      ), first AS MATERIALIZED (
        SELECT seq FROM next ORDER BY seq LIMIT (SELECT may FROM hold)
      ), let_go AS MATERIALIZED (
        SELECT count(*)::int AS jobs, max(seq) AS seq FROM first
      ), through AS (
        UPDATE "Hold" SET "throughSeq" = greatest("Hold"."throughSeq", let_go.seq), released = "Hold".released + let_go.jobs,
          "drainedUntil" = CASE WHEN hold."drainPerSecond" IS NULL OR let_go.jobs < hold.may THEN now()
            ELSE greatest(hold."drainedUntil", now() - interval '${ARREARS_SECONDS} seconds')
              + hold.may * interval '1 second' / hold."drainPerSecond" END
        FROM hold, let_go WHERE "Hold".id = hold.id
      ), freed AS (
        UPDATE "Job" AS job SET status = 'READY', "runAt" = now()
        FROM hold
        WHERE job.seq = ANY (ARRAY(SELECT seq FROM first)) AND job.status = 'HELD' AND NOT ${heldByAnother}
        RETURNING job.seq
      )
      SELECT let_go.jobs AS released, (SELECT count(*) FROM next) > let_go.jobs AS left,
        (SELECT pg_notify('${channels.jobs}', '') WHERE EXISTS (SELECT FROM freed))
      FROM let_go`,
    values: [id],
    timeoutMs: TIMEOUT_MS,
  });
  return { released: row?.released ?? 0, left: row?.left ?? false };
}

/**
 * Ends a draining hold that holds nothing any more. What is being accepted under it is waited for and let go with the last ones,
 * so that nothing overtakes it, and nothing is held by no hold. Gives false when others were quicker, and it has to be tried again.
 */
export async function endHold(client: PoolClient, id: string): Promise<boolean> {
  await client.query(`BEGIN; SET LOCAL lock_timeout = ${LOCK_MS}`);
  try {
    const [hold] = await run(client, {
      name: "lock-hold",
      text: `
        SELECT id FROM "Hold"
        WHERE id = $1 AND "endedAt" IS NULL AND "drainingSince" IS NOT NULL AND "discardSeq" IS NULL FOR UPDATE`,
      values: [id],
      timeoutMs: TIMEOUT_MS,
    });
    if (hold) await run(client, { name: "end-hold", text: END, values: [id], timeoutMs: TIMEOUT_MS });
    await client.query("COMMIT");
    return hold !== undefined;
  } catch (error) {
    await client.query("ROLLBACK");
    if ((error as { code?: string }).code === "55P03") return false; // lock_not_available
    throw error;
  }
}

/** SQL: CTEs that make ready what holds in `hold` hold, unless another one does. */
const FREED = `left_over AS MATERIALIZED (
    SELECT job.seq FROM hold CROSS JOIN LATERAL ${heldJobs("hold", { and: `NOT ${heldByAnother}` })} AS job
  ), freed AS (
    UPDATE "Job" SET status = 'READY', "runAt" = now()
    WHERE seq = ANY (ARRAY(SELECT seq FROM left_over)) AND status = 'HELD' RETURNING seq
  )`;

const END = `
  WITH hold AS MATERIALIZED (
    SELECT * FROM "Hold" WHERE id = $1
  ), ${FREED}, ended AS (
    UPDATE "Hold" SET "endedAt" = now(),
      released = "Hold".released + (SELECT count(*) FROM freed WHERE freed.seq > "Hold"."throughSeq")
    FROM hold WHERE "Hold".id = hold.id
  )
  SELECT pg_notify('${channels.jobs}', ''), (
    SELECT count(pg_notify('${channels.cycles}', cycle.id::text)) FROM "Cycle" AS cycle, hold
    WHERE cycle."accountId" = hold."accountId" AND (hold."cycleId" IS NULL OR hold."cycleId" = cycle.id)
      AND cycle."deletedAt" IS NULL
  )`;

/**
 * Makes jobs ready that were held in the moment in which their hold ended, by statements that had begun before.
 *
 * @returns the number of these jobs
 */
export async function freeLate(db: Db): Promise<number> {
  const [row] = await run<{ freed: number }>(db, {
    name: "free-late",
    text: `
      WITH hold AS MATERIALIZED (
        SELECT * FROM "Hold" WHERE "endedAt" > now() - interval '${LATE_SECONDS} seconds'
      ), ${FREED}
      SELECT count(*)::int AS freed, (SELECT pg_notify('${channels.jobs}', '') WHERE EXISTS (SELECT FROM freed)) FROM freed`,
    values: [],
    timeoutMs: TIMEOUT_MS,
  });
  return row!.freed;
}

/**
 * Discards the next 2,000 of the held jobs that somebody asked to discard: the jobs go, their transactions are DISCARDED, callers
 * who still wait are told. When none is left, the wish is fulfilled.
 *
 * @returns the number of transactions discarded
 */
export async function discardPart(db: Db, id: string): Promise<number> {
  const [row] = await run<{ discarded: number }>(db, {
    name: "",
    text: `
      WITH hold AS MATERIALIZED (
        SELECT * FROM "Hold" WHERE id = $1 AND "discardSeq" IS NOT NULL
      ), next AS MATERIALIZED (
        SELECT next.seq FROM hold CROSS JOIN LATERAL ${TO_DISCARD} AS next
      ), found AS MATERIALIZED (
        SELECT seq FROM "Job"
        WHERE seq = ANY (ARRAY(SELECT seq FROM next)) AND status = 'HELD' ORDER BY seq FOR UPDATE
      ), gone AS (
        DELETE FROM "Job" AS job WHERE job.seq = ANY (ARRAY(SELECT seq FROM found)) RETURNING "transactionId" AS id
      ), discarded AS (
        UPDATE "Transaction" AS t SET state = 'DISCARDED', "endedAt" = now()
        WHERE ${isAmong("t.id", "gone")} AND t."endedAt" IS NULL RETURNING t.id, t.synchronous
      ), ${leaveWebhooks("discarded")}, noted AS (
        UPDATE "Hold" SET discarded = "Hold".discarded + (SELECT count(*) FROM gone),
          "discardSeq" = CASE WHEN EXISTS (SELECT FROM gone) THEN "Hold"."discardSeq" END
        FROM hold WHERE "Hold".id = hold.id
      )
      SELECT count(*)::int AS discarded,
        (SELECT count(pg_notify('${channels.replies}', id::text)) FROM discarded WHERE synchronous) AS told
      FROM gone`,
    values: [id],
    timeoutMs: TIMEOUT_MS,
  });
  return row?.discarded ?? 0;
}
