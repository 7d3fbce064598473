import type { ClaimedJob } from "./claim";
import { runOnDay } from "./day-statement";
import type { Db } from "./statement";

const TIMEOUT_MS = 5_000;

type Summary = Pick<ClaimedJob, "seq" | "claim" | "transactionId"> & {
  workerId: string;
  /** The number of the newest checkpoint that it is about. */
  through: number;
  /** RunSummary as JSON text. */
  summary: string;
};

/**
 * Stores what a transaction's checkpoints through one of them have left, so that these are not read again to go on. It lies beside
 * them, under that number below zero, and replaces the one before. Checkpoints never change, so it is true whoever writes it; but
 * only whose job it is does: nothing shall be stored of a transaction that is deleted.
 */
export async function writeSummary(db: Db, summary: Summary): Promise<void> {
  const { workerId, seq, claim, transactionId, through } = summary;
  const span = [transactionId, transactionId] as const;
  await runOnDay(db, {
    name: "write-summary",
    spans: [span],
    text: ({ table, between }) => `
      WITH mine AS MATERIALIZED (
        SELECT FROM "Job" WHERE seq = $1 AND "lockedBy" = $2::uuid AND claim = $3 FOR KEY SHARE
      ), written AS (
        INSERT INTO ${table("Checkpoint")} ("transactionId", number, steps, waits)
        SELECT $4::uuid, -$5::int, '[]', $6::json FROM mine
        ON CONFLICT ("transactionId", number) DO NOTHING
      )
      DELETE FROM ${table("Checkpoint")}
      WHERE "transactionId" = $4 AND ${between('"transactionId"', "$7", "$8")} AND number < 0 AND number > -$5::int
        AND EXISTS (SELECT FROM mine)`,
    values: [seq, workerId, claim, transactionId, through, summary.summary, ...span],
    timeoutMs: TIMEOUT_MS,
  });
}
