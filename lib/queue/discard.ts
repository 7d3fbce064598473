import { STOPPED_QUEUE_MS } from "@/lib/core/cycle-state";
import { channels } from "./channels";
import { isAmong } from "./id-span";
import { leaveWebhooks } from "./leave-webhooks";
import { type Db, run } from "./statement";

const TIMEOUT_MS = 30_000;
const JOBS_PER_STATEMENT = 2_000;
const HELD_PER_STATEMENT = 2_000;

/**
 * Discards what nobody waits for any more: what is queued of cycles that have been stopped for 24 h, and what mid-cycle webhooks
 * of deleted cycles hold.
 *
 * @returns the number of transactions discarded
 */
export async function discardExpired(pool: Db): Promise<number> {
  return (await discardStopped(pool)) + (await discardDeleted(pool));
}

/** Their jobs go, callers who still wait are told. It works through them in parts; a cycle that is started meanwhile keeps the rest. */
async function discardStopped(pool: Db): Promise<number> {
  for (let total = 0; ; ) {
    const [row] = await run<{ discarded: number }>(pool, {
      name: "discard-expired",
      text: `
        WITH expired AS MATERIALIZED (
          SELECT cycle.id FROM "Cycle" AS cycle
          WHERE state = 'STOPPED' AND "stoppedAt" <= now() - $1 * interval '1 millisecond'
            AND EXISTS (SELECT FROM "Job" WHERE "Job"."cycleId" = cycle.id AND "Job".status <> 'CLAIMED')
          ORDER BY cycle.id LIMIT 1 FOR SHARE OF cycle SKIP LOCKED
        ), gone AS (
          DELETE FROM "Job" WHERE seq IN (
            SELECT job.seq FROM "Job" AS job JOIN expired ON job."cycleId" = expired.id
            WHERE job.status <> 'CLAIMED' ORDER BY job.seq LIMIT ${JOBS_PER_STATEMENT} FOR UPDATE OF job SKIP LOCKED
          )
          RETURNING "transactionId" AS id
        ), discarded AS (
          UPDATE "Transaction" AS t SET state = 'DISCARDED', "endedAt" = now()
          WHERE ${isAmong("t.id", "gone")} AND t."endedAt" IS NULL RETURNING t.id, t.synchronous
        ), ${leaveWebhooks("discarded")}
        SELECT count(*)::int AS discarded,
          (SELECT count(pg_notify('${channels.replies}', id::text)) FROM discarded WHERE synchronous) AS told
        FROM gone`,
      values: [STOPPED_QUEUE_MS],
      timeoutMs: TIMEOUT_MS,
    });
    if (!row || row.discarded === 0) return total;
    total += row.discarded;
  }
}

/** No request can reach them, and none shall time out. One that is continued at this moment is left to what follows. */
async function discardDeleted(pool: Db): Promise<number> {
  for (let total = 0; ; ) {
    const [row] = await run<{ left: number; discarded: number }>(pool, {
      name: "discard-deleted",
      text: `
        WITH deleted AS MATERIALIZED (
          SELECT id FROM "Cycle"
          WHERE "deletedAt" IS NOT NULL AND EXISTS (
            SELECT FROM "ReachedWebhook" AS r WHERE r."cycleId" = "Cycle".id AND r.held
          )
          LIMIT 1
        ), found AS MATERIALIZED (
          SELECT r."transactionId" AS id, r."stepId" FROM "ReachedWebhook" AS r JOIN deleted ON r."cycleId" = deleted.id
          WHERE r.held LIMIT ${HELD_PER_STATEMENT} FOR UPDATE OF r SKIP LOCKED
        ), left_webhooks AS (
          UPDATE "ReachedWebhook" AS r SET held = false, until = NULL FROM found
          WHERE r."transactionId" = found.id AND r."stepId" = found."stepId"
        ), discarded AS (
          UPDATE "Transaction" AS t SET state = 'DISCARDED', "endedAt" = now()
          WHERE ${isAmong("t.id", "found")} AND t.state = 'HELD' RETURNING t.id, t.synchronous
        )
        SELECT (SELECT count(*) FROM found)::int AS left, count(*)::int AS discarded,
          (SELECT count(pg_notify('${channels.replies}', id::text)) FROM discarded WHERE synchronous) AS told
        FROM discarded`,
      values: [],
      timeoutMs: TIMEOUT_MS,
    });
    if (!row || row.left === 0) return total;
    total += row.discarded;
  }
}
