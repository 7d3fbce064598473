import { spanOf } from "./id-span";
import { arrayOf } from "./packed-rows";
import { type Db, run } from "./statement";

const TIMEOUT_MS = 30_000;

/** Rows that one statement looks at, and deletes at most. */
export const ROWS_PER_STATEMENT = 1_000;

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

/** Part of an account's transactions: ids from `least` on, behind `after`, before `end`. */
export type EndedSearch = { accountId: string; least: string; after: string; end: string; days: number };

export type EndedRow = {
  id: string;
  receiptId: string | null;
  /** Past the retention. */
  expired: boolean;
  /** Not past it now, but it will be. */
  pending: boolean;
};

/** An account's next 1,000 transactions, whatever their state, in the order of their ids. */
export function readCompleted(db: Db, { accountId, least, after, end, days }: EndedSearch): Promise<EndedRow[]> {
  return run<EndedRow>(db, {
    name: "",
    text: `
      SELECT id, "receiptId", state = 'COMPLETED' AND ended AS expired,
        state NOT IN ('FAILED', 'CANCELLED', 'DISCARDED') AND NOT (state = 'COMPLETED' AND ended) AS pending
      FROM (
        SELECT id, "receiptId", state,
          coalesce("endedAt" <= now() - greatest($5 * interval '1 day', interval '${READ_SECONDS} seconds'), false) AS ended
        FROM "Transaction"
        WHERE "accountId" = $1 AND id >= $2 AND id > $3 AND id < $4
        ORDER BY id LIMIT ${ROWS_PER_STATEMENT}
      ) AS transactions
      ORDER BY id`,
    values: [accountId, least, after, end, days],
    timeoutMs: TIMEOUT_MS,
  });
}

/** An account's next 1,000 transactions that failed, were cancelled or were discarded, and are past the retention. */
export function readFailed(db: Db, { accountId, least, after, end, days }: EndedSearch): Promise<EndedRow[]> {
  return run<EndedRow>(db, {
    name: "",
    text: `
      SELECT id, "receiptId", true AS expired, false AS pending FROM "Transaction"
      WHERE "accountId" = $1 AND id >= $2 AND id > $3 AND id < $4 AND state IN ('FAILED', 'CANCELLED', 'DISCARDED')
        AND "endedAt" <= now() - greatest($5 * interval '1 day', interval '${READ_SECONDS} seconds')
      ORDER BY id LIMIT ${ROWS_PER_STATEMENT}`,
    values: [accountId, least, after, end, days],
    timeoutMs: TIMEOUT_MS,
  });
}

/**
 * Deletes ended transactions with their checkpoints and the requests that they were made from. The request of a replay
 * belongs to the original, and stays with it.
 *
 * @returns the number of transactions deleted
 */
export async function deleteEnded(db: Db, rows: readonly Pick<EndedRow, "id" | "receiptId">[]): Promise<number> {
  const ids = rows.map(({ id }) => id);
  const receiptIds = rows.flatMap(({ receiptId }) => receiptId ?? []);
  const [row] = await run<{ deleted: number }>(db, {
    name: "",
    text: `
      WITH gone AS (
        DELETE FROM "Transaction"
        WHERE id = ANY ($1::uuid[]) AND id BETWEEN $3 AND $4 AND "endedAt" IS NOT NULL
        RETURNING id
      ), checkpoints AS (
        DELETE FROM "Checkpoint" WHERE "transactionId" = ANY ($1::uuid[]) AND "transactionId" BETWEEN $3 AND $4
      ), receipts AS (
        DELETE FROM "Receipt"
        WHERE id = ANY ($2::uuid[]) AND id BETWEEN $5 AND $6 AND "transactionId" = ANY ($1::uuid[])
      )
      SELECT count(*)::int AS deleted FROM gone`,
    values: [arrayOf(ids), arrayOf(receiptIds), ...spanOf(ids), ...spanOf(receiptIds)],
    timeoutMs: TIMEOUT_MS,
  });
  return row?.deleted ?? 0;
}
