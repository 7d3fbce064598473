import { isAmong } from "./id-span";
import { type Db, run } from "./statement";

const TIMEOUT_MS = 30_000;
const JOBS_PER_STATEMENT = 2_000;

/**
 * Makes the ready jobs HELD that a hold covers and that were not begun: those from before it, and those of requests that were on
 * their way when it began. Jobs that it has let go, and transactions in progress, are left alone. Works through them in parts.
 *
 * @returns the number of jobs that are held now
 */
export async function sweepHold(db: Db, id: string): Promise<number> {
  let swept = 0;
  for (const cycleId of await readyCycles(db, id)) {
    for (let after: number | null = 0; after !== null; ) {
      const part: { last: number | null; swept: number } = await sweepPart(db, { id, cycleId, after });
      swept += part.swept;
      after = part.last;
    }
  }
  await run(db, {
    name: "note-sweep",
    text: `UPDATE "Hold" SET "sweptAt" = now() WHERE id = $1`,
    values: [id],
    timeoutMs: TIMEOUT_MS,
  });
  return swept;
}

/** Cycles of a hold that have ready jobs. */
async function readyCycles(db: Db, id: string): Promise<string[]> {
  const rows = await run<{ id: string }>(db, {
    name: "hold-ready-cycles",
    text: `
      SELECT cycle.id FROM "Hold" AS hold
      JOIN "Cycle" AS cycle ON cycle."accountId" = hold."accountId" AND (hold."cycleId" IS NULL OR hold."cycleId" = cycle.id)
      WHERE hold.id = $1 AND EXISTS (SELECT FROM "Job" WHERE "Job"."cycleId" = cycle.id AND "Job".status = 'READY')`,
    values: [id],
    timeoutMs: TIMEOUT_MS,
  });
  return rows.map((row) => row.id);
}

type Part = { id: string; cycleId: string; after: number };

/** The next 2,000 ready jobs of a cycle behind `after`; `last` is null at the end. */
async function sweepPart(db: Db, { id, cycleId, after }: Part): Promise<{ last: number | null; swept: number }> {
  const [row] = await run<{ last: number | null; swept: number }>(db, {
    name: "sweep-hold",
    text: `
      WITH hold AS MATERIALIZED (
        SELECT * FROM "Hold" WHERE id = $1 AND "endedAt" IS NULL
      ), found AS MATERIALIZED (
        SELECT job.seq, job."transactionId" AS id FROM "Job" AS job
        WHERE job.status = 'READY' AND job."cycleId" = $2 AND job.seq > greatest($3, (SELECT "throughSeq" FROM hold))
        ORDER BY job.seq LIMIT ${JOBS_PER_STATEMENT}
      ), unbegun AS MATERIALIZED (
        SELECT t.seq, t."stepId" FROM "Transaction" AS t, hold
        WHERE ${isAmong("t.id", "found")} AND t."startedAt" IS NULL AND (hold."stepId" IS NULL OR hold."stepId" = t."stepId")
      ), held AS (
        UPDATE "Job" AS job SET status = 'HELD', "stepId" = unbegun."stepId"
        FROM unbegun WHERE job.seq = unbegun.seq AND job.status = 'READY' RETURNING job.seq
      )
      SELECT max(seq)::float8 AS last, (SELECT count(*)::int FROM held) AS swept FROM found`,
    values: [id, cycleId, after],
    timeoutMs: TIMEOUT_MS,
  });
  return row!;
}
