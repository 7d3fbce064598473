import type { IdRange } from "@/lib/core/partition-days";
import { ROWS_PER_STATEMENT } from "./delete-ended";
import { spanOf } from "./id-span";
import { arrayOf } from "./packed-rows";
import { type Db, run } from "./statement";
import { DELETED_BYTES, takeOffStored } from "./stored-bytes";

const TIMEOUT_MS = 30_000;

/** The database's clock. */
export async function readNow(db: Db): Promise<Date> {
  const [row] = await run<{ now: Date }>(db, {
    name: "now",
    text: "SELECT now() AS now",
    values: [],
    timeoutMs: TIMEOUT_MS,
  });
  return row!.now;
}

/**
 * Deletes up to 200 receipts of refused requests with these ids, the oldest first, and of those that were kept for a transaction
 * that never came: their bodies were counted, and are taken off. Gives their number.
 */
export async function deleteRefused(db: Db, { least, end }: IdRange): Promise<number> {
  const found = await run<{ id: string }>(db, {
    name: "",
    text: `
      SELECT id FROM "Receipt" WHERE outcome <> 'ACCEPTED' AND id >= $1 AND id < $2
      ORDER BY id LIMIT ${ROWS_PER_STATEMENT}`,
    values: [least, end],
    timeoutMs: TIMEOUT_MS,
  });
  if (found.length === 0) return 0;
  const ids = found.map(({ id }) => id);
  await run(db, {
    name: "",
    text: `
      WITH gone AS (
        DELETE FROM "Receipt" WHERE id = ANY ($1::uuid[]) AND id BETWEEN $2 AND $3 RETURNING outcome, ${DELETED_BYTES}
      ), answers AS (
        DELETE FROM "ReceiptAnswer" WHERE "receiptId" = ANY ($1::uuid[]) AND "receiptId" BETWEEN $2 AND $3
      ), kept AS (
        SELECT * FROM gone WHERE outcome = 'KEPT'
      ), ${takeOffStored("kept")}
      SELECT 1`,
    values: [arrayOf(ids), ...spanOf(ids)],
    timeoutMs: TIMEOUT_MS,
  });
  return ids.length;
}

/** Deletes up to 200 counts of requests in hours before a time. Gives their number. */
export async function deleteReceiptCounts(db: Db, before: Date): Promise<number> {
  const rows = await run(db, {
    name: "",
    text: `
      DELETE FROM "ReceiptCount" WHERE ctid = ANY (ARRAY(
        SELECT ctid FROM "ReceiptCount" WHERE hour < $1 LIMIT ${ROWS_PER_STATEMENT}
      ))
      RETURNING 1`,
    values: [before],
    timeoutMs: TIMEOUT_MS,
  });
  return rows.length;
}

/**
 * Deletes up to 200 rows of each kind with ids before `least` that lie in no day's partition: written by a clock that was far behind,
 * or while nobody made partitions. What the database accepted after `before` stays. Gives the number of rows found.
 */
export async function deleteOutside(db: Db, { least, before }: { least: string; before: Date }): Promise<number> {
  const [row] = await run<{ found: number }>(db, {
    name: "",
    text: `
      WITH gone AS (
        DELETE FROM "Transaction_default" WHERE id = ANY (ARRAY(
          SELECT id FROM "Transaction_default" WHERE id < $1 AND "acceptedAt" < $2 ORDER BY id LIMIT ${ROWS_PER_STATEMENT}
        ))
        RETURNING id, seq
      ), reached AS (
        DELETE FROM "ReachedWebhook" USING gone WHERE "transactionId" = gone.id
      ), continuations AS (
        DELETE FROM "Continuation" USING gone WHERE "transactionId" = gone.id
      ), jobs AS (
        DELETE FROM "Job" USING gone WHERE "Job".seq = gone.seq
      ), checkpoints AS (
        DELETE FROM "Checkpoint_default" USING gone WHERE "transactionId" = gone.id
      ), receipts AS (
        DELETE FROM "Receipt_default" WHERE id = ANY (ARRAY(
          SELECT id FROM "Receipt_default" AS receipt
          WHERE id < $1 AND NOT EXISTS (SELECT FROM "Transaction" AS t WHERE t.id = receipt."transactionId")
          ORDER BY id LIMIT ${ROWS_PER_STATEMENT}
        ))
        RETURNING id
      ), answers AS (
        DELETE FROM "ReceiptAnswer_default" WHERE "receiptId" = ANY (ARRAY(SELECT id FROM receipts))
      )
      SELECT (SELECT count(*) FROM gone)::int + (SELECT count(*) FROM receipts)::int AS found`,
    values: [least, before],
    timeoutMs: TIMEOUT_MS,
  });
  return row?.found ?? 0;
}
