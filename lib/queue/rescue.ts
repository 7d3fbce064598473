import { channels } from "./channels";
import { type Db, run } from "./statement";

const TIMEOUT_MS = 15_000;

/**
 * Takes back what workers hold whose lease has passed: their jobs are ready again and go on after the last finished step,
 * their grants are free. Any worker may call it at any time; live workers are not touched.
 *
 * @returns the number of jobs taken back
 */
export async function rescueJobs(pool: Db): Promise<number> {
  const [row] = await run<{ rescued: number }>(pool, {
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
        UPDATE "Job" SET status = 'READY', "lockedBy" = NULL, rescues = rescues + 1
        FROM lost WHERE status = 'CLAIMED' AND "lockedBy" = lost.id
        RETURNING seq
      ), given_back AS (
        DELETE FROM "Grant" USING lost WHERE "workerId" = lost.id
      ), forgotten AS (
        DELETE FROM "Worker" USING dead WHERE "Worker".id = dead.id
      )
      SELECT count(*)::int AS rescued, (SELECT pg_notify('${channels.jobs}', '') WHERE EXISTS (SELECT FROM lost)) FROM freed`,
    values: [],
    timeoutMs: TIMEOUT_MS,
  });
  return row?.rescued ?? 0;
}
