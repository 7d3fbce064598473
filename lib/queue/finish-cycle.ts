import type { Pool } from "pg";
import { channels } from "./channels";

/**
 * Lets a running Cycle end what was accepted so far, in order, and stop then; with nothing open it stops at once.
 * What is accepted from now on has a higher `seq` and waits for the next start.
 *
 * @returns false when the Account has no such Cycle, or it doesn't run
 */
export async function finishCycle(
  pool: Pool,
  { cycleId, accountId }: { cycleId: string; accountId: string },
): Promise<boolean> {
  const { rowCount } = await pool.query({
    name: "finish-cycle",
    text: `
      WITH last AS MATERIALIZED (
        SELECT last_value AS seq FROM "acceptance_seq"
      ), cycle AS (
        SELECT "Cycle".id, last.seq,
          EXISTS (SELECT FROM "Job" WHERE "Job"."cycleId" = "Cycle".id AND "Job".seq <= last.seq) AS open
        FROM "Cycle", last
        WHERE "Cycle".id = $1 AND "accountId" = $2 AND "deletedAt" IS NULL AND state = 'RUNNING'
        FOR UPDATE OF "Cycle"
      ), finished AS (
        UPDATE "Cycle"
        SET state = CASE WHEN cycle.open THEN 'FINISHING' ELSE 'STOPPED' END::"CycleState",
          "finishSeq" = CASE WHEN cycle.open THEN cycle.seq END,
          "stoppedAt" = CASE WHEN cycle.open THEN NULL ELSE now() END,
          "runOnce" = false, "updatedAt" = now()
        FROM cycle WHERE "Cycle".id = cycle.id
        RETURNING "Cycle".id
      )
      SELECT pg_notify('${channels.cycles}', id::text) FROM finished`,
    values: [cycleId, accountId],
  });
  return rowCount === 1;
}
