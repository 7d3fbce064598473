import type { Pool } from "pg";
import { listedIds } from "@/lib/core/partition-days";
import { firstUuid7At } from "@/lib/core/uuid7-range";

export type CycleCounts = {
  /** Transactions accepted since the time asked for. */
  total: number;
  failed: number;
  /** Of the newest 1,000 that ended; null when none has. */
  p95Ms: number | null;
  /** Jobs that no worker has. */
  queued: number;
  lastTransactionAt: Date | null;
};

/**
 * Counts the Transactions of an Account's Cycles since a time; every Cycle asked for has an entry.
 * Each count reads an index only as far as it must, whatever the table has grown to.
 */
export async function countCycles(
  pool: Pool,
  { accountId, cycleIds, since }: { accountId: string; cycleIds: string[]; since: Date },
): Promise<Map<string, CycleCounts>> {
  const { least, end } = listedIds(new Date());
  const { rows } = await pool.query<CycleCounts & { cycleId: string }>({
    name: "count-cycles",
    text: `
      WITH failures AS (
        SELECT "cycleId", count(*)::int AS failed
        FROM "Transaction"
        WHERE "accountId" = $1 AND id >= $3 AND id < $5 AND state = 'FAILED'
        GROUP BY "cycleId"
      )
      SELECT cycle.id AS "cycleId", today.total, coalesce(failures.failed, 0) AS failed, durations."p95Ms",
        jobs.queued, newest."acceptedAt" AS "lastTransactionAt"
      FROM UNNEST($2::uuid[]) AS cycle(id)
      CROSS JOIN LATERAL (
        SELECT count(*)::int AS total FROM "Transaction" WHERE "cycleId" = cycle.id AND id >= $3 AND id < $5
      ) AS today
      CROSS JOIN LATERAL (
        SELECT percentile_cont(0.95) WITHIN GROUP (ORDER BY ms) AS "p95Ms"
        FROM (
          SELECT (extract(epoch FROM "endedAt" - "startedAt") * 1000)::float8 AS ms
          FROM "Transaction"
          WHERE "cycleId" = cycle.id AND id >= $3 AND id < $5 AND "endedAt" IS NOT NULL AND "startedAt" IS NOT NULL
          ORDER BY id DESC LIMIT 1000
        ) AS ended
      ) AS durations
      CROSS JOIN LATERAL (
        SELECT count(*)::int AS queued FROM "Job" WHERE "cycleId" = cycle.id AND status <> 'CLAIMED'
      ) AS jobs
      LEFT JOIN LATERAL (
        SELECT "acceptedAt" FROM "Transaction"
        WHERE "cycleId" = cycle.id AND id >= $4 AND id < $5 ORDER BY id DESC LIMIT 1
      ) AS newest ON true
      LEFT JOIN failures ON failures."cycleId" = cycle.id`,
    values: [accountId, cycleIds, firstUuid7At(since), least, end],
  });
  return new Map(rows.map(({ cycleId, ...counts }) => [cycleId, counts]));
}
