import { runOnDay } from "./day-statement";
import { spanOf } from "./id-span";
import { arrayOf } from "./packed-rows";
import { type Db, run } from "./statement";
import { DELETED_BYTES, takeOffStored } from "./stored-bytes";

const TIMEOUT_MS = 30_000;

/** Rows that one statement looks at, and deletes at most: few, so that nobody waits long behind what they write. */
export const ROWS_PER_STATEMENT = 200;

/** Who waits for a transaction's answer reads it within this time after its end. */
const READ_SECONDS = 10;

export type ShortRetention = { accountId: string; completedDays: number; failedDays: number };

/** Accounts whose ended transactions go before their day does. */
export function findShortRetentions(db: Db, days: number): Promise<ShortRetention[]> {
  return run<ShortRetention>(db, {
    name: "short-retentions",
    text: `
      SELECT id AS "accountId", "retainCompletedDays" AS "completedDays", "retainFailedDays" AS "failedDays"
      FROM "Account" WHERE "retainCompletedDays" < $1 OR "retainFailedDays" < $1 ORDER BY id`,
    values: [days],
    timeoutMs: TIMEOUT_MS,
  });
}

/** Transactions of some accounts of one UTC day: ids behind `after`, before `before`. */
export type EndedSearch = { accountIds: readonly string[]; after: string; before: string; days: number };

export type EndedRow = {
  id: string;
  /** The request that goes with it; null when it has none of its own. */
  receiptId: string | null;
  /** Past the retention. */
  expired: boolean;
  /** Not past it now, but it will be. */
  pending: boolean;
};

/** A replay's request is the original's. */
const OWN_RECEIPT = `CASE WHEN "replayOf" IS NULL THEN "receiptId" END AS "receiptId"`;

const ended = (days: string) =>
  `coalesce("endedAt" <= now() - greatest(${days} * interval '1 day', interval '${READ_SECONDS} seconds'), false)`;

/** One that waits for a request is kept as long as one that has completed, and for a day at least. */
const heldOver = (days: string) =>
  `(state = 'HELD' AND "acceptedAt" <= now() - greatest(${days}, 1) * interval '1 day')`;

/** Past the retention of those that have completed, or of those that are held. */
const over = (days: string) => `((state = 'COMPLETED' AND ${ended(days)}) OR ${heldOver(days)})`;

/** The accounts' next 200 transactions, whatever their state, in the order of their ids. */
export function readCompleted(db: Db, { accountIds, after, before, days }: EndedSearch): Promise<EndedRow[]> {
  return runOnDay<EndedRow>(db, {
    name: "completed",
    spans: [[after, after]],
    text: ({ table }) => `
      SELECT id, ${OWN_RECEIPT}, ${over("$4::int")} AS expired,
        ending IS NULL AND NOT ${over("$4::int")} AS pending
      FROM ${table("Transaction")}
      WHERE "accountId" = ANY ($1::uuid[]) AND id > $2 AND id < $3
      ORDER BY id LIMIT ${ROWS_PER_STATEMENT}`,
    values: [arrayOf(accountIds), after, before, days],
    timeoutMs: TIMEOUT_MS,
  });
}

/** The accounts' next 200 transactions that failed, were cancelled or were discarded, and are past the retention. */
export function readFailed(db: Db, { accountIds, after, before, days }: EndedSearch): Promise<EndedRow[]> {
  return runOnDay<EndedRow>(db, {
    name: "failed",
    spans: [[after, after]],
    text: ({ table }) => `
      SELECT id, ${OWN_RECEIPT}, true AS expired, false AS pending FROM ${table("Transaction")}
      WHERE "accountId" = ANY ($1::uuid[]) AND id > $2 AND id < $3 AND ending IS NOT NULL AND ${ended("$4::int")}
      ORDER BY id LIMIT ${ROWS_PER_STATEMENT}`,
    values: [arrayOf(accountIds), after, before, days],
    timeoutMs: TIMEOUT_MS,
  });
}

/** What became of transactions that had not ended or were not past their account's retention; those that are gone are left out. */
export function readLingering(db: Db, ids: readonly string[], keptDays: number): Promise<EndedRow[]> {
  return run<EndedRow>(db, {
    name: "",
    text: `
      SELECT t.id, ${OWN_RECEIPT}, ${over(`"retainCompletedDays"`)} AS expired,
        ending IS NULL AND NOT ${over(`"retainCompletedDays"`)} AS pending
      FROM "Transaction" AS t JOIN "Account" ON "Account".id = t."accountId"
      WHERE t.id = ANY ($1::uuid[]) AND t.id BETWEEN $2 AND $3 AND "retainCompletedDays" < $4`,
    values: [arrayOf(ids), ...spanOf(ids), keptDays],
    timeoutMs: TIMEOUT_MS,
  });
}

/**
 * Deletes ended transactions, and those that were held long enough, with their checkpoints and the requests that they were made and
 * continued from. The request of a replay belongs to the original, and stays with it.
 *
 * @returns the number of transactions deleted
 */
export async function deleteEnded(db: Db, rows: readonly Pick<EndedRow, "id" | "receiptId">[]): Promise<number> {
  const ids = rows.map(({ id }) => id);
  const receiptIds = rows.flatMap(({ receiptId }) => receiptId ?? []);
  const [own, receipts] = [spanOf(ids), spanOf(receiptIds)];
  const [row] = await runOnDay<{ deleted: number; continuedBy: string[] | null }>(db, {
    name: "delete-ended",
    spans: receiptIds.length === 0 ? [own] : [own, receipts],
    // One that was continued since it was read stays, with all that belongs to it.
    text: ({ table, between }) => `
      WITH gone AS (
        DELETE FROM ${table("Transaction")}
        WHERE id = ANY ($1::uuid[]) AND ${between("id", "$3", "$4")} AND ("endedAt" IS NOT NULL OR state = 'HELD')
        RETURNING id
      ), checkpoints AS (
        DELETE FROM ${table("Checkpoint")}
        WHERE "transactionId" = ANY (ARRAY(SELECT id FROM gone)) AND ${between(`"transactionId"`, "$3", "$4")}
      ), receipts AS (
        DELETE FROM ${table("Receipt")}
        WHERE id = ANY ($2::uuid[]) AND ${between("id", "$5", "$6")} AND "transactionId" = ANY (ARRAY(SELECT id FROM gone))
        RETURNING id, ${DELETED_BYTES}
      ), answers AS (
        DELETE FROM ${table("ReceiptAnswer")}
        WHERE "receiptId" = ANY (ARRAY(SELECT id FROM receipts)) AND ${between(`"receiptId"`, "$5", "$6")}
      ), ${takeOffStored("receipts")}, reached AS (
        DELETE FROM "ReachedWebhook" WHERE "transactionId" = ANY (ARRAY(SELECT id FROM gone))
      ), continued AS (
        DELETE FROM "Continuation" WHERE "transactionId" = ANY (ARRAY(SELECT id FROM gone)) RETURNING "receiptId"
      )
      SELECT count(*)::int AS deleted, (SELECT array_agg("receiptId"::text) FROM continued WHERE "receiptId" IS NOT NULL) AS "continuedBy"
      FROM gone`,
    values: [arrayOf(ids), arrayOf(receiptIds), ...own, ...receipts],
    timeoutMs: TIMEOUT_MS,
  });
  const { deleted = 0, continuedBy } = row ?? {};
  if (continuedBy) await deleteReceipts(db, continuedBy);
  return deleted;
}

async function deleteReceipts(db: Db, ids: readonly string[]): Promise<void> {
  await run(db, {
    name: "",
    text: `
      WITH receipts AS (
        DELETE FROM "Receipt" WHERE id = ANY ($1::uuid[]) AND id BETWEEN $2 AND $3 RETURNING ${DELETED_BYTES}
      ), answers AS (
        DELETE FROM "ReceiptAnswer" WHERE "receiptId" = ANY ($1::uuid[]) AND "receiptId" BETWEEN $2 AND $3
      ), ${takeOffStored("receipts")}
      SELECT 1`,
    values: [arrayOf(ids), ...spanOf(ids)],
    timeoutMs: TIMEOUT_MS,
  });
}
