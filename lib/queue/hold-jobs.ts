import { channels } from "./channels";
import { isHeldBy, lastingHolds } from "./hold-scope";
import { arrayOf, textArrayOf } from "./packed-rows";
import { type Db, run } from "./statement";

const TIMEOUT_MS = 15_000;

/** A hold as a worker needs it: a job of it may begin when its `seq` is `throughSeq` at most. */
export type ActiveHold = { accountId: string; cycleId: string | null; stepId: string | null; throughSeq: number };

/** The holds of the whole installation that have not ended. */
export function readActiveHolds(db: Db): Promise<ActiveHold[]> {
  return run<ActiveHold>(db, {
    name: "active-holds",
    text: `SELECT "accountId", "cycleId", "stepId", "throughSeq"::float8 AS "throughSeq" FROM "Hold" WHERE "endedAt" IS NULL`,
    values: [],
    timeoutMs: TIMEOUT_MS,
  });
}

/** A claimed job that was not begun, with the step at which it would begin. */
export type UnbegunJob = { seq: number; claim: number; accountId: string; stepId: string };

/**
 * Gives claimed jobs back that must not begin because a hold is on them. Those whose hold has ended or let them go meanwhile are
 * ready again; those that are another worker's by now are left alone.
 */
export async function holdJobs(
  db: Db,
  { workerId, jobs }: { workerId: string; jobs: readonly UnbegunJob[] },
): Promise<void> {
  await run(db, {
    name: "hold-jobs",
    text: `
      WITH ${lastingHolds("$5::uuid[]")}, held AS (
        UPDATE "Job" AS job SET "lockedBy" = NULL, "stepId" = given.step, status = CASE WHEN EXISTS (
          SELECT FROM hold
          WHERE hold."throughSeq" < job.seq AND ${isHeldBy("hold", `job."accountId"`, `job."cycleId"`, "given.step")}
        ) THEN 'HELD' ELSE 'READY' END::"JobStatus"
        FROM unnest($2::bigint[], $3::int[], $4::text[]) AS given(seq, claim, step)
        WHERE job.seq = ANY (ARRAY[given.seq]) AND job."lockedBy" = $1 AND job.claim = given.claim
        RETURNING job.status
      )
      SELECT pg_notify('${channels.jobs}', '') WHERE EXISTS (SELECT FROM held WHERE status = 'READY')`,
    values: [
      workerId,
      arrayOf(jobs.map((job) => job.seq)),
      arrayOf(jobs.map((job) => job.claim)),
      textArrayOf(jobs.map((job) => job.stepId)),
      arrayOf([...new Set(jobs.map((job) => job.accountId))]),
    ],
    timeoutMs: TIMEOUT_MS,
  });
}
