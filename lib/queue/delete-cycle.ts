import type { Pool } from "pg";
import { channels } from "./channels";
import { isAmong } from "./id-span";
import { leaveWebhooks } from "./leave-webhooks";

/**
 * Deletes a Cycle for its users: it stops, its webhooks are known no more, its holds end, what is queued is discarded, and what a
 * worker has in hand is cancelled. What its mid-cycle webhooks hold is discarded within minutes (discard.ts). Versions and
 * Transactions stay. One statement, so there is no half-deleted Cycle.
 *
 * @returns how many Transactions were discarded; undefined when the Account has no such Cycle
 */
export async function deleteCycle(
  pool: Pool,
  { cycleId, accountId }: { cycleId: string; accountId: string },
): Promise<{ discarded: number } | undefined> {
  const { rows } = await pool.query<{ deleted: number; discarded: number }>({
    name: "delete-cycle",
    text: `
      WITH cycle AS (
        UPDATE "Cycle"
        SET "deletedAt" = now(), "updatedAt" = now(), "finishSeq" = NULL, "runOnce" = false,
          "stoppedAt" = coalesce("stoppedAt", now()),
          state = CASE WHEN state = 'NEVER_STARTED' THEN state ELSE 'STOPPED' END
        WHERE id = $1 AND "accountId" = $2 AND "deletedAt" IS NULL
        RETURNING id
      ), webhooks AS (
        UPDATE "Webhook" SET "deletedAt" = now() FROM cycle WHERE "cycleId" = cycle.id AND "deletedAt" IS NULL
      ), gone AS (
        DELETE FROM "Job" USING cycle WHERE "Job"."cycleId" = cycle.id AND status <> 'CLAIMED'
        RETURNING "transactionId" AS id
      ), discarded AS (
        UPDATE "Transaction" SET state = 'DISCARDED', "endedAt" = now()
        WHERE ${isAmong("id", "gone")} AND "endedAt" IS NULL RETURNING id
      ), ${leaveWebhooks("discarded")}, holds AS (
        UPDATE "Hold" SET "endedAt" = now() FROM cycle WHERE "Hold"."cycleId" = cycle.id AND "endedAt" IS NULL
      ), claimed AS MATERIALIZED (
        SELECT "transactionId" AS id FROM "Job", cycle WHERE "Job"."cycleId" = cycle.id AND status = 'CLAIMED'
      ), in_hand AS (
        UPDATE "Transaction" SET "cancelAsked" = true WHERE ${isAmong("id", "claimed")} RETURNING id
      )
      SELECT (SELECT count(*)::int FROM cycle) AS deleted, (SELECT count(*)::int FROM gone) AS discarded,
        (SELECT count(pg_notify('${channels.cycles}', id::text)) FROM cycle),
        (SELECT count(pg_notify('${channels.cancels}', id::text)) FROM in_hand)`,
    values: [cycleId, accountId],
  });
  const [row] = rows;
  return row?.deleted === 1 ? { discarded: row.discarded } : undefined;
}
