import type { Pool } from "pg";
import { STOPPED_QUEUE_MS } from "@/lib/core/cycle-state";
import { channels } from "./channels";
import { isAmong } from "./id-span";
import { leaveWebhooks } from "./leave-webhooks";

/**
 * Lets a published Cycle run, whatever it did before, and discards what was queued when it has been stopped for 24 h.
 * One statement: no request is queued and discarded between the two.
 *
 * @param once stops by itself after the next accepted request has ended
 * @returns false when the Account has no such Cycle, or it was never published
 */
export async function startCycle(
  pool: Pool,
  { cycleId, accountId, once }: { cycleId: string; accountId: string; once: boolean },
): Promise<boolean> {
  const { rowCount } = await pool.query({
    name: "start-cycle",
    text: `
      WITH cycle AS (
        SELECT id, state = 'STOPPED' AND "stoppedAt" <= now() - $4 * interval '1 millisecond' AS expired
        FROM "Cycle"
        WHERE id = $1 AND "accountId" = $2 AND "deletedAt" IS NULL AND "publishedVersionId" IS NOT NULL
        FOR UPDATE
      ), gone AS (
        DELETE FROM "Job" USING cycle WHERE cycle.expired AND "Job"."cycleId" = cycle.id
        RETURNING "transactionId" AS id
      ), discarded AS (
        UPDATE "Transaction" SET state = 'DISCARDED', "endedAt" = now()
        WHERE ${isAmong("id", "gone")} AND "endedAt" IS NULL RETURNING id
      ), ${leaveWebhooks("discarded")}, started AS (
        UPDATE "Cycle"
        SET state = 'RUNNING', "runOnce" = $3, "finishSeq" = NULL, "stoppedAt" = NULL, "updatedAt" = now(),
          "startedAt" = CASE WHEN state = 'RUNNING' THEN "startedAt" ELSE now() END
        FROM cycle WHERE "Cycle".id = cycle.id
        RETURNING "Cycle".id
      )
      SELECT pg_notify('${channels.cycles}', id::text), pg_notify('${channels.jobs}', '') FROM started`,
    values: [cycleId, accountId, once, STOPPED_QUEUE_MS],
  });
  return rowCount === 1;
}
