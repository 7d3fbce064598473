import { channels } from "./channels";
import { type Db, run } from "./statement";

const TIMEOUT_MS = 15_000;

/**
 * Stops the finishing cycles of which no job up to their last is left, and tells doors and workers. Any number of
 * workers may call it at the same moment.
 *
 * @returns ids of the cycles that stopped
 */
export async function stopFinishedCycles(pool: Db): Promise<string[]> {
  const rows = await run<{ id: string }>(pool, {
    name: "stop-finished",
    text: `
      WITH stopped AS (
        UPDATE "Cycle" AS cycle
        SET state = 'STOPPED', "stoppedAt" = now(), "finishSeq" = NULL, "runOnce" = false, "updatedAt" = now()
        WHERE cycle.state = 'FINISHING' AND (
          SELECT seq FROM "Job" WHERE "cycleId" = cycle.id AND seq <= cycle."finishSeq" LIMIT 1
        ) IS NULL
        RETURNING cycle.id
      )
      SELECT id, pg_notify('${channels.cycles}', id::text) FROM stopped`,
    values: [],
    timeoutMs: TIMEOUT_MS,
  });
  return rows.map((row) => row.id);
}
