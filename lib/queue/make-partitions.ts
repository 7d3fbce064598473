import { setTimeout as sleep } from "node:timers/promises";
import type { Pool, PoolClient } from "pg";
import { idsOfDay, partitionDays, partitionName } from "@/lib/core/partition-days";
import { log } from "@/lib/log";
import { forgetMissingDays } from "./day-statement";
import { inTurn } from "./in-turn";
import {
  isLockTimeout,
  LOCK_WAIT_MS,
  PARTITIONED,
  PARTITIONED_TABLES,
  PARTITIONS_LOCK,
  type PartitionedTable,
  query,
  readPartitions,
} from "./partitions";

/** Rows of a day that are moved into its partition; everybody waits for as long as it takes, a quarter of a second. */
const MOST_MOVED = 10_000;
/** How full pages are made, in percent: a transaction that changes stays in its page, and in its indexes, while there is room. */
const FILL: Record<PartitionedTable, number> = { Receipt: 100, ReceiptAnswer: 100, Transaction: 60, Checkpoint: 100 };
const ATTEMPTS = 50;
const RETRY_MS = 100;

type Missing = { table: PartitionedTable; name: string; least: string; end: string };

async function findMissing(client: PoolClient): Promise<Missing[]> {
  const { now, partitions } = await readPartitions(client);
  const names = new Set(partitions.map(({ name }) => name));
  const missing = PARTITIONED_TABLES.flatMap((table) => {
    const before = partitions.find((partition) => partition.table === table && partition.from === null);
    return partitionDays(now)
      .filter((day) => !before || day >= before.end)
      .map((day) => ({ table, name: partitionName(table, day), ...idsOfDay(day) }));
  });
  // The days to come are wanted first.
  return missing.filter(({ name }) => !names.has(name)).sort((a, b) => (a.least < b.least ? 1 : -1));
}

const outside = ({ table, least, end }: Missing) =>
  `"${table}_default" WHERE "${PARTITIONED[table]}" >= '${least}' AND "${PARTITIONED[table]}" < '${end}'`;

/** How many rows of a day lie outside its partition, 10,001 at most. */
async function countOutside(client: PoolClient, missing: Missing): Promise<number> {
  const rows = await query<{ count: number }>(
    client,
    `SELECT count(*)::int AS count FROM (SELECT FROM ${outside(missing)} LIMIT ${MOST_MOVED + 1}) AS outside`,
  );
  return rows[0]!.count;
}

/** The columns of a table that can be written, with commas between them. */
async function readColumns(client: PoolClient, table: PartitionedTable): Promise<string> {
  const rows = await query<{ columns: string }>(
    client,
    `SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) AS columns FROM pg_attribute
     WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''`,
    [`"${table}"`],
  );
  return rows[0]!.columns;
}

/**
 * Where no rows lie outside, only who writes a row of this very day waits. Rows are moved while nobody else uses the table:
 * a statement that was planned before would look for them where they were.
 *
 * @returns false when there turn out to be rows that were not counted before
 */
async function makeOne(client: PoolClient, missing: Missing, isMoving: boolean): Promise<boolean> {
  const { table, name, least, end } = missing;
  await query(client, `BEGIN; SET LOCAL lock_timeout = ${LOCK_WAIT_MS}`);
  try {
    await query(client, `CREATE TABLE "${name}" (LIKE "${table}" INCLUDING ALL) WITH (fillfactor = ${FILL[table]})`);
    if (isMoving) await query(client, `LOCK TABLE ONLY "${table}" IN ACCESS EXCLUSIVE MODE`);
    await query(client, `LOCK TABLE "${table}_default" IN ACCESS EXCLUSIVE MODE`);
    if (isMoving) {
      const columns = await readColumns(client, table);
      await query(
        client,
        `WITH moved AS (DELETE FROM ${outside(missing)} RETURNING ${columns}) INSERT INTO "${name}" (${columns}) SELECT * FROM moved`,
      );
    } else if ((await countOutside(client, missing)) > 0) {
      await query(client, "ROLLBACK");
      return false;
    }
    await query(client, `ALTER TABLE "${table}" ATTACH PARTITION "${name}" FOR VALUES FROM ('${least}') TO ('${end}')`);
    await query(client, "COMMIT");
    return true;
  } catch (error) {
    await query(client, "ROLLBACK");
    throw error;
  }
}

/** Gives false when the day's rows are too many to be moved. */
async function insist(client: PoolClient, missing: Missing, signal: AbortSignal | undefined): Promise<boolean> {
  for (let attempt = 1; ; attempt++) {
    const rows = await countOutside(client, missing);
    if (rows > MOST_MOVED) {
      log.warn({ partition: missing.name }, "too many rows lie outside their day's partition, leaving them there");
      return false;
    }
    try {
      if (await makeOne(client, missing, rows > 0)) return true;
    } catch (error) {
      if (!isLockTimeout(error) || attempt >= ATTEMPTS || signal?.aborted) throw error;
      await sleep(RETRY_MS);
    }
  }
}

/**
 * Makes the partitions that are missing for the days that are kept, today, and 8 days ahead by the database's clock, and
 * moves there what was written before they were made. It never waits for a table longer than a tenth of a second, as all
 * who come later wait behind it, but tries again; `signal` breaks it off. Any number of processes may call it, one of them
 * does it.
 *
 * @returns the names of those it made
 */
export async function makePartitions(pool: Pool, signal?: AbortSignal): Promise<string[]> {
  const made = await inTurn(pool, PARTITIONS_LOCK, async (client) => {
    const names: string[] = [];
    for (const missing of await findMissing(client)) {
      if (signal?.aborted) break;
      if (await insist(client, missing, signal)) names.push(missing.name);
    }
    return names;
  });
  if (made?.length) forgetMissingDays();
  return made ?? [];
}
