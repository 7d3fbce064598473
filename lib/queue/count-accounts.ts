import type { Pool } from "pg";
import { listedIds } from "@/lib/core/partition-days";
import { firstUuid7At } from "@/lib/core/uuid7-range";

export type AccountCounts = {
  cycles: { total: number; running: number; stopped: number; failing: number };
  /** Transactions accepted since the time asked for. */
  transactions: number;
  failed: number;
};

type Row = AccountCounts["cycles"] & { accountId: string; transactions: number; failed: number };

/** Counts the Cycles of accounts, and their Transactions since a time. Every account asked for has an entry. */
export async function countAccounts(
  pool: Pool,
  { accountIds, since }: { accountIds: string[]; since: Date },
): Promise<Map<string, AccountCounts>> {
  const { rows } = await pool.query<Row>({
    // Unnamed, so that it is planned for these days.
    text: `
      SELECT account.id AS "accountId", cycles.total, cycles.running, cycles.stopped, failures.failing,
        transactions.count AS transactions, failures.failed
      FROM UNNEST($1::uuid[]) AS account(id)
      CROSS JOIN LATERAL (
        SELECT count(*)::int AS total, (count(*) FILTER (WHERE state IN ('RUNNING', 'FINISHING')))::int AS running,
          (count(*) FILTER (WHERE state = 'STOPPED'))::int AS stopped
        FROM "Cycle" WHERE "accountId" = account.id AND "deletedAt" IS NULL
      ) AS cycles
      CROSS JOIN LATERAL (
        SELECT count(*)::int AS count FROM "Transaction" WHERE "accountId" = account.id AND id >= $2 AND id < $3
      ) AS transactions
      CROSS JOIN LATERAL (
        SELECT count(*)::int AS failed,
          (count(DISTINCT cycle.id) FILTER (WHERE cycle."deletedAt" IS NULL))::int AS failing
        FROM "Transaction" AS transaction JOIN "Cycle" AS cycle ON cycle.id = transaction."cycleId"
        WHERE transaction."accountId" = account.id AND transaction.id >= $2 AND transaction.id < $3 AND transaction.ending = 'FAILED'
      ) AS failures`,
    values: [accountIds, firstUuid7At(since), listedIds(new Date()).end],
  });
  return new Map(
    rows.map(({ accountId, transactions, failed, ...cycles }) => [accountId, { cycles, transactions, failed }]),
  );
}
