import type { Pool } from "pg";
import { listedIds } from "@/lib/core/partition-days";
import { firstUuid7At } from "@/lib/core/uuid7-range";

export type CycleCounts = {
  /** Transactions accepted since the time asked for. */
  total: number;
  failed: number;
  /** Of the newest that ended, 1,000 or where many cycles are counted, fewer of each; null when none has. */
  p95Ms: number | null;
  /** Jobs that no worker has. */
  queued: number;
  lastTransactionAt: Date | null;
};

/** A Cycle's transactions, newest first. Asked for as a range and ordered by: nothing but the index of Cycles can give that. */
const NEWEST_OF_CYCLE = `"cycleId" >= cycle.id AND "cycleId" <= cycle.id AND id < $5`;

/** Transactions whose durations are read, of all cycles together, and the least and most of one. */
const DURATIONS = { all: 10_000, least: 50, most: 1_000 };

/**
 * Counts the Transactions of an Account's Cycles since a time; every Cycle asked for has an entry. What it costs follows
 * from what there was since then and from the Jobs there are, whatever the tables have grown to and however many Cycles rest.
 */
export async function countCycles(
  pool: Pool,
  { accountId, cycleIds, since }: { accountId: string; cycleIds: string[]; since: Date },
): Promise<Map<string, CycleCounts>> {
  const { least, end } = listedIds(new Date());
  const each = Math.min(DURATIONS.most, Math.max(DURATIONS.least, Math.floor(DURATIONS.all / (cycleIds.length || 1))));
  // Unnamed, so that it is planned for these days.
  const { rows } = await pool.query<CycleCounts & { cycleId: string }>({
    text: `
      WITH failures AS (
        SELECT "cycleId", count(*)::int AS failed
        FROM "Transaction"
        WHERE "accountId" = $1 AND id >= $3 AND id < $5 AND ending = 'FAILED'
        GROUP BY "cycleId"
      ), today AS (
        SELECT "cycleId", count(*)::int AS total
        FROM "Transaction" WHERE "cycleId" = ANY ($2::uuid[]) AND id >= $3 AND id < $5
        GROUP BY "cycleId"
      ), jobs AS (
        SELECT "cycleId", count(*)::int AS queued
        FROM "Job" WHERE "cycleId" = ANY ($2::uuid[]) AND status <> 'CLAIMED'
        GROUP BY "cycleId"
      )
      SELECT cycle.id AS "cycleId", coalesce(today.total, 0) AS total, coalesce(failures.failed, 0) AS failed,
        durations."p95Ms", coalesce(jobs.queued, 0) AS queued, newest.at AS "lastTransactionAt"
      FROM UNNEST($2::uuid[]) AS cycle(id)
      CROSS JOIN LATERAL (
        SELECT percentile_cont(0.95) WITHIN GROUP (ORDER BY ms) AS "p95Ms"
        FROM (
          SELECT (extract(epoch FROM "endedAt" - "startedAt") * 1000)::float8 AS ms
          FROM "Transaction"
          WHERE ${NEWEST_OF_CYCLE} AND id >= $3 AND "endedAt" IS NOT NULL AND "startedAt" IS NOT NULL
          ORDER BY "cycleId", id DESC LIMIT $6
        ) AS ended
      ) AS durations
      CROSS JOIN LATERAL (
        SELECT coalesce(
          (
            SELECT "acceptedAt" FROM "Transaction"
            WHERE ${NEWEST_OF_CYCLE} AND id >= $3 ORDER BY "cycleId", id DESC LIMIT 1
          ),
          (
            SELECT "acceptedAt" FROM "Transaction"
            WHERE ${NEWEST_OF_CYCLE} AND id >= $4 AND id < $3 ORDER BY "cycleId", id DESC LIMIT 1
          )
        ) AS at
      ) AS newest
      LEFT JOIN failures ON failures."cycleId" = cycle.id
      LEFT JOIN today ON today."cycleId" = cycle.id
      LEFT JOIN jobs ON jobs."cycleId" = cycle.id`,
    values: [accountId, cycleIds, firstUuid7At(since), least, end, each],
  });
  return new Map(rows.map(({ cycleId, ...counts }) => [cycleId, counts]));
}
