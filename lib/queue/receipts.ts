import { arrayOf, PackedRows, textArrayOf } from "./packed-rows";
import { RECEIPT_INSERT, type ReceiptOutcome, type ReceiptRow, receiptParameters } from "./receipt-rows";
import { type Db, run } from "./statement";

const TIMEOUT_MS = 15_000;

/** Records requests that began no transaction. Writing one twice changes nothing. */
export async function writeReceipts(pool: Db, receipts: readonly ReceiptRow[]): Promise<void> {
  const packed = new PackedRows();
  const parameters = receiptParameters(receipts, packed);
  await run(pool, {
    name: "write-receipts",
    text: `${RECEIPT_INSERT} ON CONFLICT (id) DO NOTHING`,
    values: [packed.bytes(), ...parameters],
    timeoutMs: TIMEOUT_MS,
  });
}

/** How a request was answered after its receipt had been written. `status` is null when the caller hung up before. */
export type ReceiptAnswer = { id: string; status: number | null; durationMs: number; reason: string | null };

/** Notes beside receipts how and when their requests were answered. Noting one twice changes nothing. */
export async function answerReceipts(pool: Db, answers: readonly ReceiptAnswer[]): Promise<void> {
  await run(pool, {
    name: "answer-receipts",
    text: `
      INSERT INTO "ReceiptAnswer" ("receiptId", status, "durationMs", reason)
      SELECT * FROM unnest($1::uuid[], $2::smallint[], $3::real[], $4::text[]) ON CONFLICT ("receiptId") DO NOTHING`,
    values: [
      arrayOf(answers.map((answer) => answer.id)),
      arrayOf(answers.map((answer) => answer.status)),
      arrayOf(answers.map((answer) => answer.durationMs)),
      textArrayOf(answers.map((answer) => answer.reason)),
    ],
    timeoutMs: TIMEOUT_MS,
  });
}

/** Requests of one webhook and outcome in the hour that begins at `hour` (milliseconds since 1970). */
export type ReceiptCounts = {
  webhookId: string;
  hour: number;
  outcome: ReceiptOutcome;
  count: number;
  unrecorded: number;
};

/** The webhook that requests to identifiers without one are counted under. */
export const UNKNOWN_WEBHOOK_ID = "00000000-0000-0000-0000-000000000000";

/**
 * Adds to the counts that are there. Gives the new sums, those of all web processes, in any order.
 * Two rows of one call must differ in webhook, hour or outcome.
 */
export async function addReceiptCounts(pool: Db, added: readonly ReceiptCounts[]): Promise<ReceiptCounts[]> {
  return run<ReceiptCounts>(pool, {
    name: "add-receipt-counts",
    // Sorted, so that two processes lock the rows in the same order.
    text: `
      INSERT INTO "ReceiptCount" AS sum ("webhookId", hour, outcome, count, unrecorded)
      SELECT webhook, to_timestamp(hour / 1000.0), outcome, count, unrecorded
      FROM unnest($1::uuid[], $2::float8[], $3::"ReceiptOutcome"[], $4::int[], $5::int[])
        AS added(webhook, hour, outcome, count, unrecorded)
      ORDER BY webhook, hour, outcome
      ON CONFLICT ("webhookId", hour, outcome)
        DO UPDATE SET count = sum.count + excluded.count, unrecorded = sum.unrecorded + excluded.unrecorded
      RETURNING "webhookId", (extract(epoch FROM hour) * 1000)::float8 AS hour, outcome, count, unrecorded`,
    values: [
      arrayOf(added.map((row) => row.webhookId)),
      arrayOf(added.map((row) => row.hour)),
      arrayOf(added.map((row) => row.outcome)),
      arrayOf(added.map((row) => row.count)),
      arrayOf(added.map((row) => row.unrecorded)),
    ],
    timeoutMs: TIMEOUT_MS,
  });
}

/** Notes the time of each webhook's last request (milliseconds since 1970), unless a later one is noted already. */
export async function touchWebhooks(pool: Db, lastRequests: ReadonlyMap<string, number>): Promise<void> {
  await run(pool, {
    name: "touch-webhooks",
    text: `
      WITH locked AS (
        SELECT webhook.id, to_timestamp(request.at / 1000.0) AS at
        FROM unnest($1::uuid[], $2::float8[]) AS request(id, at) JOIN "Webhook" AS webhook ON webhook.id = request.id
        ORDER BY webhook.id
        FOR UPDATE OF webhook
      )
      UPDATE "Webhook" AS webhook SET "lastRequestAt" = greatest(webhook."lastRequestAt", locked.at)
      FROM locked WHERE webhook.id = locked.id`,
    values: [arrayOf([...lastRequests.keys()]), arrayOf([...lastRequests.values()])],
    timeoutMs: TIMEOUT_MS,
  });
}
