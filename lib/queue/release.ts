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
        WHERE job.seq = ANY (ARRAY[given.seq]) AND job."lockedBy" = $1 AND job.claim = given.claim
        RETURNING job.seq
      )
      SELECT pg_notify('${channels.jobs}', '') WHERE EXISTS (SELECT FROM released)`,
    values: [workerId, arrayOf(jobs.map((job) => job.seq)), arrayOf(jobs.map((job) => job.claim))],
    timeoutMs: TIMEOUT_MS,
  });
}

/**
 * Gives back the claimed jobs of a worker that it does not know of, because the answer to its claim or release was lost. The
 * worker must not be claiming meanwhile.
 *
 * @param known `seq` of the jobs that the worker has in hand
 */
export async function releaseUnknownJobs(
  pool: Db,
  { workerId, known }: { workerId: string; known: readonly number[] },
): Promise<void> {
  await run(pool, {
    name: "release-unknown",
    text: `
      WITH released AS (
        UPDATE "Job" SET status = 'READY', "lockedBy" = NULL
        WHERE status = 'CLAIMED' AND "lockedBy" = $1 AND seq <> ALL ($2::bigint[])
        RETURNING seq
      )
      SELECT pg_notify('${channels.jobs}', '') WHERE EXISTS (SELECT FROM released)`,
    values: [workerId, arrayOf(known)],
    timeoutMs: TIMEOUT_MS,
  });
}
