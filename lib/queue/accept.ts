import type { Json } from "@/lib/core/json";
import { channels, SOMEBODY_WAITS } from "./channels";
import { arrayOf, PackedRows, Shared, textArrayOf } from "./packed-rows";
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
};

const at = (position: number) => `$${1 + RECEIPT_PARAMETERS + position}`;

const ACCEPT = `
  WITH receipt AS (${RECEIPT_INSERT}
  ), accepted AS MATERIALIZED (
    SELECT nextval('acceptance_seq') AS seq, t.*
    FROM unnest(${at(7)}::int[], ${at(8)}::uuid[], ${at(9)}::text[], ${at(10)}::uuid[], ${at(11)}::uuid[],
      ${at(12)}::int[], ${at(13)}::int[])
      AS t(place, id, token, receipt, replay, input_at, input_length)
  ), begun AS (
    INSERT INTO "Transaction" ("accountId", "cycleId", "versionId", "stepId", synchronous, id, seq, "receiptId",
      "replayOf", "statusToken", "acceptedAt", input)
    SELECT (${at(1)}::uuid[])[place], (${at(2)}::uuid[])[place], (${at(3)}::uuid[])[place], (${at(4)}::text[])[place],
      (${at(5)}::boolean[])[place], id, seq, receipt, replay, token, now(),
      convert_from(substring($1::bytea FROM input_at FOR input_length), 'UTF8')::json
    FROM accepted
  ), queued AS (
    INSERT INTO "Job" ("accountId", "cycleId", lane, seq, "transactionId", "runAt")
    SELECT (${at(1)}::uuid[])[place], (${at(2)}::uuid[])[place], (${at(6)}::smallint[])[place], seq, id, now()
    FROM accepted
  )
  SELECT pg_notify('${channels.jobs}', CASE WHEN ${lanes.synchronous} = ANY (${at(6)}::smallint[]) THEN '${SOMEBODY_WAITS}' ELSE '' END)`;

function acceptParameters(entries: readonly AcceptEntry[], packed: PackedRows): string[] {
  const begins = new Shared<AcceptEntry>(
    (entry) => `${entry.versionId} ${entry.stepId} ${entry.lane} ${entry.synchronous}`,
    (a, b) =>
      a.versionId === b.versionId && a.stepId === b.stepId && a.lane === b.lane && a.synchronous === b.synchronous,
  );
  const places = entries.map((entry) => begins.place(entry));
  const inputs = entries.map(({ input }) => ({
    at: packed.position,
    length: packed.add(input === undefined ? null : JSON.stringify(input)),
  }));
  return [
    arrayOf(begins.rows.map((entry) => entry.accountId)),
    arrayOf(begins.rows.map((entry) => entry.cycleId)),
    arrayOf(begins.rows.map((entry) => entry.versionId)),
    textArrayOf(begins.rows.map((entry) => entry.stepId)),
    arrayOf(begins.rows.map((entry) => entry.synchronous)),
    arrayOf(begins.rows.map((entry) => entry.lane)),
    arrayOf(places),
    arrayOf(entries.map((entry) => entry.transactionId)),
    textArrayOf(entries.map((entry) => entry.statusToken)),
    arrayOf(entries.map((entry) => entry.receipt?.id ?? entry.receiptId ?? null)),
    arrayOf(entries.map((entry) => entry.replayOf ?? null)),
    arrayOf(inputs.map((input) => input.at)),
    arrayOf(inputs.map((input) => input.length)),
  ];
}

/**
 * Begins many transactions with one statement: receipts, transactions and jobs together, and one notification for the
 * workers. When it resolves all of it is committed; when it rejects, none of it is, unless the connection was lost before
 * PostgreSQL's answer came. `seq`, the order of acceptance, follows the order of the entries.
 */
export async function acceptTransactions(pool: Db, entries: readonly AcceptEntry[]): Promise<void> {
  const packed = new PackedRows();
  const receipts = entries.flatMap((entry) => entry.receipt ?? []);
  const parameters = [...receiptParameters(receipts, packed), ...acceptParameters(entries, packed)];
  await run(pool, {
    name: "accept",
    text: ACCEPT,
    values: [packed.bytes(), ...parameters],
    timeoutMs: ACCEPT_TIMEOUT_MS,
  });
}
