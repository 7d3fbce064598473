import { channels } from "./channels";
import { spanOf } from "./id-span";
import { arrayOf } from "./packed-rows";
import { type Db, run } from "./statement";
import { IN_TRIAL, ON_TRIAL } from "./trial";

const TIMEOUT_MS = 15_000;

const GIVEN_UP =
  "The worker that ran this transaction ended three times in the middle of it, so Spoke does not try again. " +
  "Whoever runs Spoke finds the reason in the log; then replay it.";

export type Rescue = {
  /** Jobs taken back. */
  rescued: number;
  /** Transactions that ended as FAILED because workers die of them. */
  givenUp: string[];
};

/**
 * Takes back what workers hold whose lease has passed: their jobs are ready again and go on after the last finished step,
 * their grants are free. Those whose worker died in their trial are given up. Any worker may call
 * it at any time; live workers are not touched.
 */
export async function rescueJobs(pool: Db): Promise<Rescue> {
  const [row] = await run<{ rescued: number; hopeless: string[] | null }>(pool, {
    name: "rescue",
    // Locking the dead workers' rows keeps out a late heartbeat until their jobs are free.
    text: `
      WITH dead AS MATERIALIZED (
        SELECT id FROM "Worker" WHERE "aliveUntil" <= now() FOR UPDATE SKIP LOCKED
      ), lost AS MATERIALIZED (
        SELECT id FROM dead
        UNION
        SELECT "lockedBy" FROM "Job"
        WHERE status = 'CLAIMED' AND NOT EXISTS (SELECT FROM "Worker" WHERE "Worker".id = "lockedBy")
        UNION
        SELECT "workerId" FROM "Grant" WHERE NOT EXISTS (SELECT FROM "Worker" WHERE "Worker".id = "workerId")
      ), freed AS (
        UPDATE "Job" SET status = 'READY', "lockedBy" = NULL, rescues = least(rescues + 1, ${ON_TRIAL})
        FROM lost WHERE status = 'CLAIMED' AND "lockedBy" = lost.id AND rescues < ${IN_TRIAL}
        RETURNING seq
      ), given_back AS (
        DELETE FROM "Grant" USING lost WHERE "workerId" = lost.id
      ), forgotten AS (
        DELETE FROM "Worker" USING dead WHERE "Worker".id = dead.id
      )
      SELECT count(*)::int AS rescued, (SELECT pg_notify('${channels.jobs}', '') WHERE EXISTS (SELECT FROM lost)),
        (SELECT array_agg("transactionId"::text) FROM "Job" JOIN lost ON "lockedBy" = lost.id
          WHERE status = 'CLAIMED' AND rescues >= ${IN_TRIAL}) AS hopeless
      FROM freed`,
    values: [],
    timeoutMs: TIMEOUT_MS,
  });
  const hopeless = row?.hopeless ?? [];
  return { rescued: row?.rescued ?? 0, givenUp: hopeless.length > 0 ? await giveUp(pool, hopeless) : [] };
}

/** Ends those of the transactions as FAILED whose worker died during their trial; callers who wait are told. Gives their ids. */
async function giveUp(pool: Db, transactionIds: readonly string[]): Promise<string[]> {
  const rows = await run<{ id: string }>(pool, {
    name: "give-up",
    text: `
      WITH gone AS (
        DELETE FROM "Job" AS job
        WHERE "transactionId" = ANY ($1::uuid[]) AND status = 'CLAIMED' AND rescues >= ${IN_TRIAL}
          AND NOT EXISTS (SELECT FROM "Worker" WHERE "Worker".id = job."lockedBy" AND "aliveUntil" > now())
        RETURNING "transactionId" AS id
      ), failed AS (
        UPDATE "Transaction" AS t SET state = 'FAILED', "startedAt" = coalesce(t."startedAt", now()), "endedAt" = now(), error = $4
        FROM gone WHERE t.id = gone.id AND t.id BETWEEN $2::uuid AND $3::uuid AND t."endedAt" IS NULL
        RETURNING t.id, t.synchronous
      ), forgotten AS (
        DELETE FROM "ReachedWebhook" USING failed WHERE "transactionId" = failed.id
      ), dropped AS (
        UPDATE "Continuation" AS c SET state = 'DISCARDED' FROM failed
        WHERE c."transactionId" = failed.id AND c.state = 'QUEUED'
      )
      SELECT id, CASE WHEN synchronous THEN pg_notify('${channels.replies}', id::text) END FROM failed`,
    values: [arrayOf(transactionIds), ...spanOf(transactionIds), GIVEN_UP],
    timeoutMs: TIMEOUT_MS,
  });
  return rows.map(({ id }) => id);
}
