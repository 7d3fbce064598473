import type { Pool } from "pg";
import { channels } from "./channels";

/**
 * Stops a running or finishing Cycle at once: its Jobs stay and wait. The time of an earlier stop is kept, so that
 * stopping twice doesn't keep the queue longer.
 *
 * @returns false when the Account has no such Cycle, or it neither runs nor finishes
 */
export async function stopCycle(
  pool: Pool,
  { cycleId, accountId }: { cycleId: string; accountId: string },
): Promise<boolean> {
  const { rowCount } = await pool.query({
    name: "stop-cycle",
    text: `
      WITH stopped AS (
        UPDATE "Cycle"
        SET state = 'STOPPED', "stoppedAt" = now(), "finishSeq" = NULL, "runOnce" = false, "updatedAt" = now()
        WHERE id = $1 AND "accountId" = $2 AND "deletedAt" IS NULL AND state IN ('RUNNING', 'FINISHING')
        RETURNING id
      )
      SELECT pg_notify('${channels.cycles}', id::text) FROM stopped`,
    values: [cycleId, accountId],
  });
  return rowCount === 1;
}
