import type { Json } from "@/lib/core/json";
import { channels } from "./channels";
import { arrayOf, PackedRows } from "./packed-rows";
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
    FROM unnest(${at(1)}::uuid[], ${at(2)}::uuid[], ${at(3)}::uuid[], ${at(4)}::uuid[], ${at(5)}::text[],
      ${at(6)}::smallint[], ${at(7)}::boolean[], ${at(8)}::text[], ${at(9)}::uuid[], ${at(10)}::uuid[], ${at(11)}::int[],
      ${at(12)}::int[])
      AS t(id, account, cycle, version, step, lane, synchronous, token, receipt, replay, input_at, input_len)
  ), begun AS (
    INSERT INTO "Transaction" (id, seq, "accountId", "cycleId", "versionId", "stepId", "receiptId", "replayOf", input,
      synchronous, "statusToken", "acceptedAt")
    SELECT id, seq, account, cycle, version, step, receipt, replay,
      convert_from(substring($1::bytea FROM input_at FOR input_len), 'UTF8')::json, synchronous, token, now()
    FROM accepted
  ), queued AS (
    INSERT INTO "Job" (seq, "transactionId", "accountId", "cycleId", lane, "runAt")
    SELECT seq, id, account, cycle, lane, now() FROM accepted
  )
  SELECT pg_notify('${channels.jobs}', '')`;

/**
 * Begins many transactions with one statement: receipts, transactions and jobs together, and one notification for the
 * workers. When it resolves all of it is committed; when it rejects, none of it is, unless the connection was lost before
 * PostgreSQL's answer came. `seq`, the order of acceptance, follows the order of the entries.
 */
export async function acceptTransactions(pool: Db, entries: readonly AcceptEntry[]): Promise<void> {
  const packed = new PackedRows();
  const receipts = entries.flatMap((entry) => entry.receipt ?? []);
  const parameters = [
    ...receiptParameters(receipts, packed),
    arrayOf(entries.map((entry) => entry.transactionId)),
    arrayOf(entries.map((entry) => entry.accountId)),
    arrayOf(entries.map((entry) => entry.cycleId)),
    arrayOf(entries.map((entry) => entry.versionId)),
    arrayOf(entries.map((entry) => entry.stepId)),
    arrayOf(entries.map((entry) => entry.lane)),
    arrayOf(entries.map((entry) => entry.synchronous)),
    arrayOf(entries.map((entry) => entry.statusToken)),
    arrayOf(entries.map((entry) => entry.receipt?.id ?? entry.receiptId ?? null)),
    arrayOf(entries.map((entry) => entry.replayOf ?? null)),
    ...packed.column(entries.map((entry) => (entry.input === undefined ? null : JSON.stringify(entry.input)))),
  ];
  await run(pool, {
    name: "accept",
    text: ACCEPT,
    values: [packed.bytes(), ...parameters],
    timeoutMs: ACCEPT_TIMEOUT_MS,
  });
}
