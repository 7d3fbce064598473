import { firstUuid7At, timeOfUuid7 } from "@/lib/core/uuid7-range";
import { runOnDay } from "./day-statement";
import { spanOf } from "./id-span";
import { arrayOf } from "./packed-rows";
import type { Db } from "./statement";

const TIMEOUT_MS = 30_000;

export type LoadedTransaction = {
  id: string;
  seq: number;
  accountId: string;
  cycleId: string;
  versionId: string;
  /** The step it begins at. */
  stepId: string;
  /** The transaction whose request it runs again; null when it is the first. */
  replayOf: string | null;
  synchronous: boolean;
  cancelAsked: boolean;
  /** A response was reached before. */
  responded: boolean;
  /** The database's time when it was read, in milliseconds since 1970. */
  now: number;
  /** Milliseconds since 1970; null when it begins now. */
  startedAt: number | null;
  /** The trigger step's data as JSON text; null when it is read from the request. */
  input: string | null;
  request: { contentType: string | null; query: string; headers: [string, string][]; body: Buffer | null } | null;
  /** Of each checkpoint, in order: StepRecord[] as JSON text. */
  steps: string[];
  /** Wait[] of the newest checkpoint as JSON text; null when there is none. */
  waits: string | null;
};

type Row = Omit<LoadedTransaction, "request"> & {
  receiptId: string | null;
  hasRequest: boolean;
  contentType: string | null;
  query: string;
  headers: [string, string][];
  body: Buffer | null;
};

/** A request's id is made when its first byte comes, its transaction's when its last one has: seldom later than this. */
const REQUEST_MS = 5_000;

type Batch = { transactionIds: readonly string[]; maxBytes: number };

/** Only requests within `receiptSpan` are looked for. */
function readRows(
  pool: Db,
  { transactionIds, maxBytes }: Batch,
  receiptSpan: readonly [string, string],
): Promise<Row[]> {
  return runOnDay<Row>(pool, {
    name: "load",
    spans: [spanOf(transactionIds), receiptSpan],
    text: ({ table, between }) => `
      SELECT id, seq::float8 AS seq, "accountId", "cycleId", "versionId", "stepId", "replayOf", "receiptId", synchronous,
        "cancelAsked", response IS NOT NULL AS responded, (extract(epoch FROM now()) * 1000)::float8 AS now,
        (extract(epoch FROM "startedAt") * 1000)::float8 AS "startedAt", input::text AS input,
        "hasRequest", "contentType", query, headers, body,
        CASE WHEN "startedAt" IS NULL THEN '{}' ELSE ARRAY(
          SELECT steps::text FROM ${table("Checkpoint")} WHERE "transactionId" = t.id AND ${between('"transactionId"', "$3", "$4")} ORDER BY number
        ) END AS steps,
        CASE WHEN "startedAt" IS NOT NULL THEN (
          SELECT waits::text FROM ${table("Checkpoint")} WHERE "transactionId" = t.id AND ${between('"transactionId"', "$3", "$4")}
          ORDER BY number DESC LIMIT 1
        ) END AS waits
      FROM (
        SELECT wanted.place, transaction.*, receipt.id IS NOT NULL AS "hasRequest", receipt."contentType", receipt.query,
          receipt.headers, receipt.body, sum(coalesce(octet_length(receipt.body), 0)) OVER (ORDER BY wanted.place) AS bytes
        FROM unnest($1::uuid[]) WITH ORDINALITY AS wanted(id, place)
        JOIN ${table("Transaction")} AS transaction ON transaction.id = wanted.id AND ${between("transaction.id", "$3", "$4")}
        LEFT JOIN ${table("Receipt")} AS receipt ON receipt.id = transaction."receiptId" AND transaction.input IS NULL
          AND ${between("receipt.id", "$5", "$6")}
      ) AS t
      WHERE bytes <= $2::int OR place = 1
      ORDER BY place`,
    values: [arrayOf(transactionIds), maxBytes, ...spanOf(transactionIds), ...receiptSpan],
    timeoutMs: TIMEOUT_MS,
  });
}

/**
 * Reads everything that a batch of claimed transactions needs to run, in their order: their requests and their checkpoints. Stops
 * before what would take more than `maxBytes` of bodies together (one transaction is always given), so the answer may
 * be shorter than what was asked for. Transactions that are gone are left out.
 */
export async function loadTransactions(pool: Db, batch: Batch): Promise<LoadedTransaction[]> {
  const [least, greatest] = spanOf(batch.transactionIds);
  const shortlyBefore = firstUuid7At(new Date(timeOfUuid7(least) - REQUEST_MS));
  let rows = await readRows(pool, batch, [shortlyBefore, greatest]);
  // A request that took long may be of the day before, and that of a replay of any day that is kept.
  const elsewhere = rows.flatMap(({ input, hasRequest, receiptId }) =>
    input === null && !hasRequest && receiptId !== null && (receiptId < shortlyBefore || receiptId > greatest)
      ? receiptId
      : [],
  );
  if (elsewhere.length > 0) rows = await readRows(pool, batch, spanOf([...elsewhere, shortlyBefore, greatest]));
  return rows.map(({ hasRequest, receiptId: _, contentType, query, headers, body, ...transaction }) => ({
    ...transaction,
    request: hasRequest ? { contentType, query, headers, body } : null,
  }));
}
