import { arrayOf, type PackedRows } from "./packed-rows";

export type ReceiptOutcome =
  | "ACCEPTED"
  | "FOUND"
  | "NOT_FOUND"
  | "METHOD_NOT_ALLOWED"
  | "TOO_LARGE"
  | "NOT_ACTIVE"
  | "UNREADABLE"
  | "NOT_STORED";

/** One row of "Receipt", as the door writes it. */
export type ReceiptRow = {
  id: string;
  webhookId: string | null;
  identifier: string;
  accountId: string | null;
  cycleId: string | null;
  /** Milliseconds since 1970. */
  receivedAt: number;
  method: string;
  query: string;
  /** [name, value][] as received, as JSON text. */
  headers: string;
  clientIp: string;
  contentType: string | null;
  sizeBytes: number;
  body: Uint8Array | null;
  bodyCut: boolean;
  outcome: ReceiptOutcome;
  reason: string | null;
  status: number | null;
  durationMs: number | null;
  transactionId: string | null;
};

/** How many parameters `receiptParameters` gives; the packed rows themselves are $1. */
export const RECEIPT_PARAMETERS = 25;

const text = (column: string) => `convert_from(substring($1::bytea FROM r.${column}_at FOR r.${column}_len), 'UTF8')`;

/** Inserts receipts from parameters $1 (the packed rows) and $2 to $26. Each column is one array, so any number of rows is one statement. */
export const RECEIPT_INSERT = `
  INSERT INTO "Receipt" (id, "webhookId", "accountId", "cycleId", "receivedAt", method, "clientIp", "sizeBytes",
    "bodyCut", outcome, status, "durationMs", "transactionId", identifier, query, headers, "contentType", reason, body)
  SELECT r.id, r.webhook, r.account, r.cycle, to_timestamp(r.received / 1000.0), r.method, r.ip, r.size,
    r.cut, r.outcome, r.status, r.duration, r.transaction, ${text("identifier")}, ${text("query")}, ${text("headers")}::json,
    ${text("type")}, ${text("reason")}, substring($1::bytea FROM r.body_at FOR r.body_len)
  FROM unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::uuid[], $6::float8[], $7::text[], $8::text[], $9::int[],
    $10::boolean[], $11::"ReceiptOutcome"[], $12::smallint[], $13::real[], $14::uuid[], $15::int[], $16::int[],
    $17::int[], $18::int[], $19::int[], $20::int[], $21::int[], $22::int[], $23::int[], $24::int[], $25::int[], $26::int[])
    AS r(id, webhook, account, cycle, received, method, ip, size, cut, outcome, status, duration, transaction,
      identifier_at, identifier_len, query_at, query_len, headers_at, headers_len, type_at, type_len,
      reason_at, reason_len, body_at, body_len)`;

/** The parameters that `RECEIPT_INSERT` reads after $1. */
export function receiptParameters(rows: readonly ReceiptRow[], packed: PackedRows): string[] {
  return [
    arrayOf(rows.map((row) => row.id)),
    arrayOf(rows.map((row) => row.webhookId)),
    arrayOf(rows.map((row) => row.accountId)),
    arrayOf(rows.map((row) => row.cycleId)),
    arrayOf(rows.map((row) => row.receivedAt)),
    arrayOf(rows.map((row) => row.method)),
    arrayOf(rows.map((row) => row.clientIp)),
    arrayOf(rows.map((row) => row.sizeBytes)),
    arrayOf(rows.map((row) => row.bodyCut)),
    arrayOf(rows.map((row) => row.outcome)),
    arrayOf(rows.map((row) => row.status)),
    arrayOf(rows.map((row) => row.durationMs)),
    arrayOf(rows.map((row) => row.transactionId)),
    ...packed.column(rows.map((row) => row.identifier)),
    ...packed.column(rows.map((row) => row.query)),
    ...packed.column(rows.map((row) => row.headers)),
    ...packed.column(rows.map((row) => row.contentType)),
    ...packed.column(rows.map((row) => row.reason)),
    ...packed.column(rows.map((row) => row.body)),
  ];
}
