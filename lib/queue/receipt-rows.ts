import { arrayOf, type PackedRows, Shared, textArrayOf } from "./packed-rows";

export type ReceiptOutcome =
  | "ACCEPTED"
  | "FOUND"
  | "NOT_FOUND"
  | "METHOD_NOT_ALLOWED"
  | "TOO_LARGE"
  | "NOT_ACTIVE"
  | "UNREADABLE"
  | "NOT_STORED"
  | "INCOMPLETE"
  | "MALFORMED";

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
export const RECEIPT_PARAMETERS = 21;

/** Inserts receipts from parameters $1 (the packed rows) and $2 to $22. Each column is one array, so any number of rows is one statement. */
export const RECEIPT_INSERT = `
  INSERT INTO "Receipt" ("webhookId", identifier, "accountId", "cycleId", id, "receivedAt", method, "clientIp",
    "sizeBytes", "bodyCut", outcome, status, "durationMs", "transactionId", query, headers, "contentType", reason, body)
  SELECT ($2::uuid[])[r.origin], ($3::text[])[r.origin], ($4::uuid[])[r.origin], ($5::uuid[])[r.origin],
    r.id, to_timestamp(r.received / 1000.0), r.method, r.ip, r.size, r.cut, r.outcome, r.status, r.duration, r.transaction,
    convert_from(substring($1::bytea FROM r.at FOR r.query), 'UTF8'),
    convert_from(substring($1::bytea FROM r.at + r.query FOR r.headers), 'UTF8')::json,
    convert_from(substring($1::bytea FROM r.at + r.query + r.headers FOR r.type), 'UTF8'),
    convert_from(substring($1::bytea FROM r.at + r.query + r.headers + coalesce(r.type, 0) FOR r.reason), 'UTF8'),
    substring($1::bytea FROM r.at + r.query + r.headers + coalesce(r.type, 0) + coalesce(r.reason, 0) FOR r.body)
  FROM unnest($6::int[], $7::uuid[], $8::float8[], $9::text[], $10::text[], $11::int[], $12::boolean[],
    $13::"ReceiptOutcome"[], $14::smallint[], $15::real[], $16::uuid[], $17::int[], $18::int[], $19::int[], $20::int[],
    $21::int[], $22::int[])
    AS r(origin, id, received, method, ip, size, cut, outcome, status, duration, transaction, at, query, headers, type,
      reason, body)`;

/** The parameters that `RECEIPT_INSERT` reads after $1. */
export function receiptParameters(rows: readonly ReceiptRow[], packed: PackedRows): string[] {
  const origins = new Shared<ReceiptRow>(
    (row) => `${row.webhookId} ${row.identifier}`,
    (a, b) => a.webhookId === b.webhookId && a.identifier === b.identifier,
  );
  const places = rows.map((row) => origins.place(row));
  const pieces = rows.map((row) => [
    packed.position,
    packed.add(row.query),
    packed.add(row.headers),
    packed.add(row.contentType),
    packed.add(row.reason),
    packed.add(row.body),
  ]);
  const piece = (index: number) => arrayOf(pieces.map((lengths) => lengths[index] ?? null));
  return [
    arrayOf(origins.rows.map((row) => row.webhookId)),
    textArrayOf(origins.rows.map((row) => row.identifier)),
    arrayOf(origins.rows.map((row) => row.accountId)),
    arrayOf(origins.rows.map((row) => row.cycleId)),
    arrayOf(places),
    arrayOf(rows.map((row) => row.id)),
    arrayOf(rows.map((row) => row.receivedAt)),
    textArrayOf(rows.map((row) => row.method)),
    textArrayOf(rows.map((row) => row.clientIp)),
    arrayOf(rows.map((row) => row.sizeBytes)),
    arrayOf(rows.map((row) => row.bodyCut)),
    arrayOf(rows.map((row) => row.outcome)),
    arrayOf(rows.map((row) => row.status)),
    arrayOf(rows.map((row) => row.durationMs)),
    arrayOf(rows.map((row) => row.transactionId)),
    ...[0, 1, 2, 3, 4, 5].map(piece),
  ];
}
