import { channels } from "./channels";
import { arrayOf } from "./packed-rows";
import { type Db, run } from "./statement";

const TIMEOUT_MS = 15_000;

/**
 * Gives claimed jobs back that were not begun, for any worker to claim. Those that are another's by now are left alone.
 * Other workers are told.
 */
export async function releaseJobs(
  pool: Db,
  { workerId, jobs }: { workerId: string; jobs: readonly { seq: number; claim: number }[] },
): Promise<void> {
  await run(pool, {
    name: "release",
    text: `
      WITH released AS (
        UPDATE "Job" AS job SET status = 'READY', "lockedBy" = NULL
        FROM unnest($2::bigint[], $3::int[]) AS given(seq, claim)
        WHERE job.seq = given.seq AND job."lockedBy" = $1 AND job.claim = given.claim
        RETURNING job.seq
      )
      SELECT pg_notify('${channels.jobs}', '') WHERE EXISTS (SELECT FROM released)`,
    values: [workerId, arrayOf(jobs.map((job) => job.seq)), arrayOf(jobs.map((job) => job.claim))],
    timeoutMs: TIMEOUT_MS,
  });
}
