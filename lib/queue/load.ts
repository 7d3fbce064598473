import { firstUuid7At, timeOfUuid7 } from "@/lib/core/uuid7-range";
import { type Place, runOnDay } from "./day-statement";
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
  /** The number of its newest checkpoint; 0 when it has none. */
  checkpoints: number;
  /** What those before `steps` have left: RunSummary as JSON text; null when all are in `steps`. */
  summary: string | null;
  /** Of each checkpoint, in order: StepRecord[] as JSON text. */
  steps: string[];
  /** Wait[] of the newest checkpoint as JSON text; null when there is none. */
  waits: string | null;
};

/** A row that `loadText` and `loadUnbegunText` give. */
export type LoadRow = Omit<LoadedTransaction, "request"> & {
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

/** What transactions that may have begun have done. The summary of checkpoints through number n has the number -n (write-summary.ts). */
function doneText({ table, between }: Place): string {
  const stored = `FROM ${table("Checkpoint")} WHERE "transactionId" = t.id AND ${between('"transactionId"', "$3", "$4")}`;
  return `
    CASE WHEN "startedAt" IS NULL THEN 0 ELSE coalesce((SELECT number ${stored} ORDER BY number DESC LIMIT 1), 0) END AS checkpoints,
    CASE WHEN "startedAt" IS NOT NULL THEN (
      SELECT waits::text ${stored} AND number < 0 ORDER BY number LIMIT 1
    ) END AS summary,
    CASE WHEN "startedAt" IS NULL THEN '{}' ELSE ARRAY(
      SELECT steps::text ${stored} AND number > coalesce((SELECT -number ${stored} AND number < 0 ORDER BY number LIMIT 1), 0)
      ORDER BY number
    ) END AS steps,
    CASE WHEN "startedAt" IS NOT NULL THEN (SELECT waits::text ${stored} ORDER BY number DESC LIMIT 1) END AS waits`;
}

/**
 * $1 the transactions' ids, $2 the most bytes of their bodies together, $3 to $6 the spans that the ids of transactions and of requests
 * lie in.
 */
const rowsText = ({ table, between }: Place, done: string, condition: string) => `
  SELECT id, seq::float8 AS seq, "accountId", "cycleId", "versionId", "stepId", "replayOf", "receiptId", synchronous,
    "cancelAsked", response IS NOT NULL AS responded, (extract(epoch FROM now()) * 1000)::float8 AS now,
    (extract(epoch FROM "startedAt") * 1000)::float8 AS "startedAt", input::text AS input,
    "hasRequest", "contentType", query, headers, body, ${done}
  FROM (
    SELECT wanted.place, transaction.*, receipt.id IS NOT NULL AS "hasRequest", receipt."contentType", receipt.query,
      receipt.headers, receipt.body, sum(coalesce(octet_length(receipt.body), 0)) OVER (ORDER BY wanted.place) AS bytes
    FROM unnest($1::uuid[]) WITH ORDINALITY AS wanted(id, place)
    JOIN ${table("Transaction")} AS transaction ON transaction.id = ANY (ARRAY[wanted.id]) AND ${between("transaction.id", "$3", "$4")}
    LEFT JOIN ${table("Receipt")} AS receipt ON receipt.id = ANY (ARRAY[transaction."receiptId"]) AND transaction.input IS NULL
      AND ${between("receipt.id", "$5", "$6")}
    WHERE ${condition}
  ) AS t
  WHERE bytes <= $2::int OR place = 1
  ORDER BY place`;

const loadText = (place: Place) => rowsText(place, doneText(place), "true");

const NOTHING_DONE = "0 AS checkpoints, NULL AS summary, '{}'::text[] AS steps, NULL AS waits";

/** The same rows of those that have not begun: not to look for what was done costs a synchronous answer a twentieth less. */
export const loadUnbegunText = (place: Place): string =>
  rowsText(place, NOTHING_DONE, `transaction."startedAt" IS NULL`);

/** Only requests within `receiptSpan` are looked for. */
function readRows(
  pool: Db,
  { transactionIds, maxBytes }: Batch,
  receiptSpan: readonly [string, string],
): Promise<LoadRow[]> {
  return runOnDay<LoadRow>(pool, {
    name: "load",
    spans: [spanOf(transactionIds), receiptSpan],
    text: loadText,
    values: [arrayOf(transactionIds), maxBytes, ...spanOf(transactionIds), ...receiptSpan],
    timeoutMs: TIMEOUT_MS,
  });
}

/** Its request was not among those that were looked at. */
const lacksRequest = ({ input, hasRequest, receiptId }: LoadRow) => input === null && !hasRequest && receiptId !== null;

function toTransaction({ hasRequest, receiptId: _, contentType, query, headers, body, ...transaction }: LoadRow) {
  return { ...transaction, request: hasRequest ? { contentType, query, headers, body } : null };
}

/** The transactions among such rows that have all they need to run. */
export const wholeTransactions = (rows: readonly LoadRow[]): LoadedTransaction[] =>
  rows.filter((row) => !lacksRequest(row)).map(toTransaction);

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
  const isElsewhere = ({ receiptId }: LoadRow) => receiptId! < shortlyBefore || receiptId! > greatest;
  if (rows.some((row) => lacksRequest(row) && isElsewhere(row))) {
    const requestIds = rows.flatMap(({ receiptId }) => receiptId ?? []);
    rows = await readRows(pool, batch, spanOf([...requestIds, shortlyBefore, greatest]));
  }
  return rows.map(toTransaction);
}
