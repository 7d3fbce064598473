import { type Db, run } from "./statement";

const TIMEOUT_MS = 15_000;

/**
 * A job that two workers died with goes on trial: it is loaded and runs while no other such job does, so that the third death
 * tells which of all that a worker had in hand it dies of.
 */
export const ON_TRIAL = 2;
/** `rescues` of a job whose trial is under way: should its worker die now, it is given up. */
export const IN_TRIAL = 3;

/** Whether a job has to be loaded and run alone among its like. */
export const isOnTrial = ({ rescues }: { rescues: number }): boolean => rescues >= ON_TRIAL;

/** Notes that a job on trial is about to be loaded and run. False when it is another worker's by now. */
export async function beginTrial(
  pool: Db,
  { workerId, job }: { workerId: string; job: { seq: number; claim: number } },
): Promise<boolean> {
  const rows = await run(pool, {
    name: "begin-trial",
    text: `UPDATE "Job" SET rescues = ${IN_TRIAL} WHERE seq = $1 AND claim = $2 AND "lockedBy" = $3 RETURNING seq`,
    values: [job.seq, job.claim, workerId],
    timeoutMs: TIMEOUT_MS,
  });
  return rows.length === 1;
}
