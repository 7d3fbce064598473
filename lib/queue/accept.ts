import type { Json } from "@/lib/core/json";
import { channels, SOMEBODY_WAITS } from "./channels";
import { askedKeys, keyParameters, takeKeysText } from "./duplicate-keys";
import { isHeldBy, lastingHolds } from "./hold-scope";
import { arrayOf, columnOf, PackedRows, Shared, textArrayOf } from "./packed-rows";
import { RECEIPT_INSERT, RECEIPT_PARAMETERS, type ReceiptRow, receiptParameters } from "./receipt-rows";
import { type Db, run } from "./statement";

/** Longest time for one batch; what has not been answered by then counts as not stored. */
const ACCEPT_TIMEOUT_MS = 15_000;

/** The lanes of jobs: a synchronous transaction never waits behind a backlog of others. */
export const lanes = { synchronous: 0, normal: 1 } as const;

/** One transaction to begin. */
export type AcceptEntry = {
  transactionId: string;
  accountId: string;
  cycleId: string;
  versionId: string;
  /** The step it begins at. */
  stepId: string;
  lane: 0 | 1;
  synchronous: boolean;
  /** Unguessable, for the status URL of a synchronous one. */
  statusToken: string | null;
  /** The request to record with it; null when it has been recorded before (a replay). */
  receipt: ReceiptRow | null;
  /** The recorded request that its data is read from, when `receipt` is null. */
  receiptId?: string | null;
  /** The transaction whose request this one runs again. */
  replayOf?: string | null;
  /** The trigger step's data when it is not read from a receipt. */
  input?: Json;
  /** What duplicates of its request have in common with it, and for how long. Only with a `receipt` of a webhook. */
  unique?: { key: string; windowSeconds: number };
  /** A hold may be on where it begins: it is HELD if that is so when it is stored, and begins when the hold lets it go. */
  mayBeHeld?: boolean;
};

/** The request that came first with a key; without a transaction while a mid-cycle webhook keeps it for one. */
export type FirstRequest = { receiptId: string; transactionId: string | null };

const at = (position: number) => `$${1 + RECEIPT_PARAMETERS + position}`;

type AcceptParts = { first?: string; receipts?: string; transactions?: string; held?: boolean; result?: string };

const NOTIFY = `SELECT CASE WHEN ${at(14)}::text IS NOT NULL THEN pg_notify('${channels.jobs}', ${at(14)}) END`;

/** Cycles that one notification names. */
const MOST_NAMED = 100;

/** What the workers are told of jobs that begin so; null for nothing. */
function newsOf(begins: readonly AcceptEntry[], isQuiet: boolean): string | null {
  const synchronous = begins.filter(({ lane }) => lane === lanes.synchronous);
  if (synchronous.length === 0) return isQuiet ? null : "";
  const cycleIds = new Set(synchronous.map(({ cycleId }) => cycleId));
  if (synchronous.length < begins.length || cycleIds.size > MOST_NAMED) return SOMEBODY_WAITS;
  return [...cycleIds].join(",");
}

const HELD = `EXISTS (
      SELECT FROM hold
      WHERE ${isHeldBy("hold", `(${at(1)}::uuid[])[place]`, `(${at(2)}::uuid[])[place]`, `(${at(4)}::text[])[place]`)}
    )`;

const acceptText = ({ first = "", receipts = "", transactions = "", held = false, result = NOTIFY }: AcceptParts) => `
  WITH ${first}${held ? `${lastingHolds(`${at(1)}::uuid[]`)}, ` : ""}receipt AS (${RECEIPT_INSERT} ${receipts}
  ), accepted AS MATERIALIZED (
    SELECT nextval('acceptance_seq') AS seq, t.*
    FROM unnest(${at(7)}::int[], ${at(8)}::uuid[], ${at(9)}::text[], ${at(10)}::uuid[], ${at(11)}::uuid[],
      ${at(12)}::int[], ${at(13)}::int[])
      AS t(place, id, token, receipt, replay, input_at, input_length)
    ${transactions}
  ), begun AS (
    INSERT INTO "Transaction" ("accountId", "cycleId", "versionId", "stepId", synchronous, id, seq, "receiptId",
      "replayOf", "statusToken", "acceptedAt", input)
    SELECT (${at(1)}::uuid[])[place], (${at(2)}::uuid[])[place], (${at(3)}::uuid[])[place], (${at(4)}::text[])[place],
      (${at(5)}::boolean[])[place], id, seq, receipt, replay, token, now(),
      convert_from(substring($1::bytea FROM input_at FOR input_length), 'UTF8')::json
    FROM accepted
  ), queued AS (
    INSERT INTO "Job" ("accountId", "cycleId", lane, seq, "transactionId", "runAt"${held ? `, "stepId", status` : ""})
    SELECT (${at(1)}::uuid[])[place], (${at(2)}::uuid[])[place], (${at(6)}::smallint[])[place], seq, id, now()
      ${held ? `, (${at(4)}::text[])[place], CASE WHEN ${HELD} THEN 'HELD' ELSE 'READY' END::"JobStatus"` : ""}
    FROM accepted
  )
  ${result}`;

const ACCEPT = acceptText({});
const ACCEPT_HELD = acceptText({ held: true });

const ASKED = askedKeys(1 + RECEIPT_PARAMETERS + 15);

/** The same where some requests may be duplicates. */
const UNIQUE: AcceptParts = {
  first: `first AS (${takeKeysText(ASKED)}
  ), repeated AS MATERIALIZED (
    SELECT asked.transaction AS id, asked.receipt, first."receiptId", first."transactionId"
    FROM ${ASKED} JOIN first ON first."webhookId" = asked.webhook AND first.key = asked.key
    WHERE first."receiptId" <> asked.receipt
  ), `,
  receipts: "WHERE r.id NOT IN (SELECT receipt FROM repeated)",
  transactions: "WHERE t.id NOT IN (SELECT id FROM repeated)",
  result: `, notified AS MATERIALIZED (${NOTIFY})
  SELECT repeated.id, repeated."receiptId", repeated."transactionId" FROM notified LEFT JOIN repeated ON true`,
};

const ACCEPT_UNIQUE = acceptText(UNIQUE);
const ACCEPT_UNIQUE_HELD = acceptText({ ...UNIQUE, held: true });

/** Only batches with entries that may be held pay for looking. */
function statementFor(isUnique: boolean, mayBeHeld: boolean): { name: string; text: string } {
  if (mayBeHeld)
    return isUnique
      ? { name: "accept-unique-held", text: ACCEPT_UNIQUE_HELD }
      : { name: "accept-held", text: ACCEPT_HELD };
  return isUnique ? { name: "accept-unique", text: ACCEPT_UNIQUE } : { name: "accept", text: ACCEPT };
}

const NO_INPUT = { at: null, length: null };

function acceptParameters(entries: readonly AcceptEntry[], packed: PackedRows, isQuiet: boolean): (string | null)[] {
  const begins = new Shared<AcceptEntry>(
    (entry) => `${entry.versionId} ${entry.stepId} ${entry.lane} ${entry.synchronous}`,
    (a, b) =>
      a.versionId === b.versionId && a.stepId === b.stepId && a.lane === b.lane && a.synchronous === b.synchronous,
  );
  const places = entries.map((entry) => begins.place(entry));
  const inputs = entries.map(({ input }) =>
    input === undefined ? NO_INPUT : { at: packed.position, length: packed.add(JSON.stringify(input)) },
  );
  return [
    arrayOf(begins.rows.map((entry) => entry.accountId)),
    arrayOf(begins.rows.map((entry) => entry.cycleId)),
    arrayOf(begins.rows.map((entry) => entry.versionId)),
    textArrayOf(begins.rows.map((entry) => entry.stepId)),
    arrayOf(begins.rows.map((entry) => entry.synchronous)),
    arrayOf(begins.rows.map((entry) => entry.lane)),
    arrayOf(places),
    arrayOf(entries.map((entry) => entry.transactionId)),
    columnOf(entries.map((entry) => entry.statusToken)),
    columnOf(entries.map((entry) => entry.receipt?.id ?? entry.receiptId ?? null)),
    columnOf(entries.map((entry) => entry.replayOf ?? null)),
    columnOf(inputs.map((input) => input.at)),
    columnOf(inputs.map((input) => input.length)),
    newsOf(begins.rows, isQuiet),
  ];
}

function uniqueParameters(entries: readonly AcceptEntry[]): string[] {
  const keyed = entries.flatMap(({ unique, receipt, transactionId }) =>
    unique && receipt?.webhookId
      ? { ...unique, webhookId: receipt.webhookId, receiptId: receipt.id, transactionId }
      : [],
  );
  return keyParameters(keyed);
}

const NO_FIRST: ReadonlyMap<string, FirstRequest> = new Map();

/**
 * Begins many transactions with one statement: receipts, transactions and jobs together, and one notification for the
 * workers. When it resolves all of it is committed; when it rejects, none of it is, unless the connection was lost before
 * PostgreSQL's answer came. `seq`, the order of acceptance, follows the order of the entries. Of entries with the same
 * key, in this call or in others at the same time, only the first begins, until its window is over.
 *
 * @param isQuiet says nothing of jobs that nobody waits for: the caller does that for many batches together
 * @returns the first request of each entry that did not begin because it is a duplicate, by its transaction's id
 */
export async function acceptTransactions(
  pool: Db,
  entries: readonly AcceptEntry[],
  isQuiet = false,
): Promise<ReadonlyMap<string, FirstRequest>> {
  const packed = new PackedRows();
  const receipts = entries.flatMap((entry) => entry.receipt ?? []);
  const parameters = [...receiptParameters(receipts, packed), ...acceptParameters(entries, packed, isQuiet)];
  const isUnique = entries.some(({ unique }) => unique);
  if (isUnique) parameters.push(...uniqueParameters(entries));
  const rows = await run<FirstRequest & { id: string | null }>(pool, {
    ...statementFor(
      isUnique,
      entries.some(({ mayBeHeld }) => mayBeHeld),
    ),
    values: [packed.bytes(), ...parameters],
    timeoutMs: ACCEPT_TIMEOUT_MS,
  });
  if (!isUnique) return NO_FIRST;
  return new Map(
    rows.flatMap(({ id, receiptId, transactionId }) => (id === null ? [] : [[id, { receiptId, transactionId }]])),
  );
}
