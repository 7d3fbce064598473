import { arrayOf, columnOf, type PackedRows, Shared, textArrayOf } from "./packed-rows";

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
  | "MALFORMED"
  | "IP_NOT_ALLOWED"
  | "NOT_VERIFIED"
  | "ANSWERED"
  | "IGNORED"
  | "SCRIPT_FAILED"
  | "DUPLICATE"
  | "NO_MATCH"
  | "KEPT"
  | "OVER_LIMIT";

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
  /** The body as it came, where that is kept beside the one that steps read. */
  rawBody?: Uint8Array | null;
  bodyCut: boolean;
  outcome: ReceiptOutcome;
  reason: string | null;
  status: number | null;
  durationMs: number | null;
  transactionId: string | null;
  /** { headers, body } as JSON text; null where outcome, status and transaction tell what was answered. */
  answer: string | null;
  /** The receipt of the request that this one is a duplicate of. */
  duplicateOf: string | null;
};

/** How many parameters `receiptParameters` gives; the packed rows themselves are $1. */
export const RECEIPT_PARAMETERS = 24;

/**
 * Inserts receipts from parameters $1 (the packed rows) and $2 to $25: $2 to $12 hold what rows have in common, once for all that
 * are alike, and the others a column each, so any number of rows is one statement.
 */
export const RECEIPT_INSERT = `
  INSERT INTO "Receipt" ("webhookId", identifier, "accountId", "cycleId", method, query, "clientIp", "contentType",
    "bodyCut", outcome, status, id, "receivedAt", "sizeBytes", "durationMs", "transactionId", "duplicateOf", headers, reason,
    body, answer, "rawBody")
  SELECT ($2::uuid[])[r.kind], ($3::text[])[r.kind], ($4::uuid[])[r.kind], ($5::uuid[])[r.kind], ($6::text[])[r.kind],
    ($7::text[])[r.kind], ($8::text[])[r.kind], ($9::text[])[r.kind], ($10::boolean[])[r.kind],
    ($11::"ReceiptOutcome"[])[r.kind], ($12::smallint[])[r.kind],
    r.id, to_timestamp(r.received / 1000.0), r.size, r.duration, r.transaction, r.duplicate,
    convert_from(substring($1::bytea FROM r.at FOR r.headers), 'UTF8')::json,
    convert_from(substring($1::bytea FROM r.at + r.headers FOR r.reason), 'UTF8'),
    substring($1::bytea FROM r.at + r.headers + coalesce(r.reason, 0) FOR r.body),
    convert_from(substring($1::bytea FROM r.at + r.headers + coalesce(r.reason, 0) + coalesce(r.body, 0) FOR r.answer),
      'UTF8')::json,
    substring($1::bytea FROM r.at + r.headers + coalesce(r.reason, 0) + coalesce(r.body, 0) + coalesce(r.answer, 0) FOR r.raw)
  FROM unnest($13::int[], $14::uuid[], $15::float8[], $16::int[], $17::real[], $18::uuid[], $19::uuid[], $20::int[],
    $21::int[], $22::int[], $23::int[], $24::int[], $25::int[])
    AS r(kind, id, received, size, duration, transaction, duplicate, at, headers, reason, body, answer, raw)`;

/** Whether two rows have the same in the columns that hold few different values. */
const isSameKind = (a: ReceiptRow, b: ReceiptRow) =>
  a.webhookId === b.webhookId &&
  a.identifier === b.identifier &&
  a.method === b.method &&
  a.query === b.query &&
  a.clientIp === b.clientIp &&
  a.contentType === b.contentType &&
  a.bodyCut === b.bodyCut &&
  a.outcome === b.outcome &&
  a.status === b.status;

const kindOf = ({
  webhookId,
  identifier,
  method,
  query,
  clientIp,
  contentType,
  bodyCut,
  outcome,
  status,
}: ReceiptRow) =>
  JSON.stringify([webhookId, identifier, method, query, clientIp, contentType, bodyCut, outcome, status]);

/** The parameters that `RECEIPT_INSERT` reads after $1. */
export function receiptParameters(rows: readonly ReceiptRow[], packed: PackedRows): string[] {
  const kinds = new Shared<ReceiptRow>(kindOf, isSameKind);
  const places = rows.map((row) => kinds.place(row));
  const starts: number[] = [];
  const headers: (number | null)[] = [];
  const reasons: (number | null)[] = [];
  const bodies: (number | null)[] = [];
  const answers: (number | null)[] = [];
  const raws: (number | null)[] = [];
  for (const row of rows) {
    starts.push(packed.position);
    headers.push(packed.add(row.headers));
    reasons.push(packed.add(row.reason));
    bodies.push(packed.add(row.body));
    answers.push(packed.add(row.answer));
    raws.push(packed.add(row.rawBody ?? null));
  }
  return [
    arrayOf(kinds.rows.map((row) => row.webhookId)),
    textArrayOf(kinds.rows.map((row) => row.identifier)),
    arrayOf(kinds.rows.map((row) => row.accountId)),
    arrayOf(kinds.rows.map((row) => row.cycleId)),
    textArrayOf(kinds.rows.map((row) => row.method)),
    textArrayOf(kinds.rows.map((row) => row.query)),
    textArrayOf(kinds.rows.map((row) => row.clientIp)),
    textArrayOf(kinds.rows.map((row) => row.contentType)),
    arrayOf(kinds.rows.map((row) => row.bodyCut)),
    arrayOf(kinds.rows.map((row) => row.outcome)),
    arrayOf(kinds.rows.map((row) => row.status)),
    arrayOf(places),
    arrayOf(rows.map((row) => row.id)),
    arrayOf(rows.map((row) => row.receivedAt)),
    arrayOf(rows.map((row) => row.sizeBytes)),
    columnOf(rows.map((row) => row.durationMs)),
    columnOf(rows.map((row) => row.transactionId)),
    columnOf(rows.map((row) => row.duplicateOf)),
    arrayOf(starts),
    arrayOf(headers),
    columnOf(reasons),
    columnOf(bodies),
    columnOf(answers),
    columnOf(raws),
  ];
}
