import { channels } from "./channels";
import { type Db, run } from "./statement";

const TIMEOUT_MS = 15_000;
const JOBS_PER_CALL = 1_000;

export type Promotion = {
  promoted: number;
  /** Milliseconds until the next job is due; null when none waits. */
  nextInMs: number | null;
};

/**
 * Makes waiting jobs ready that are due by the database's clock, 1,000 at most, and tells the workers. Any number of
 * workers may call it at the same moment.
 */
export async function promoteJobs(pool: Db): Promise<Promotion> {
  const [row] = await run<Promotion>(pool, {
    name: "promote",
    text: `
      WITH due AS MATERIALIZED (
        SELECT seq FROM "Job" WHERE status = 'WAITING' AND "runAt" <= now()
        ORDER BY "runAt" LIMIT ${JOBS_PER_CALL} FOR UPDATE SKIP LOCKED
      ), promoted AS (
        UPDATE "Job" SET status = 'READY' FROM due WHERE "Job".seq = due.seq RETURNING "Job".seq
      )
      SELECT count(*)::int AS promoted,
        (SELECT pg_notify('${channels.jobs}', '') WHERE EXISTS (SELECT FROM due)),
        (SELECT (extract(epoch FROM min("runAt") - now()) * 1000)::float8
          FROM "Job" WHERE status = 'WAITING' AND "runAt" > now()) AS "nextInMs"
      FROM promoted`,
    values: [],
    timeoutMs: TIMEOUT_MS,
  });
  return row ?? { promoted: 0, nextInMs: null };
}
