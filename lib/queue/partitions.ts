import type { QueryConfig, QueryResultRow } from "pg";
import { type Partition, readPartitionName } from "@/lib/core/partition-days";
import type { Db } from "./statement";

/** The tables that have a partition for each day, and the column that says on which day a row lies. */
export const PARTITIONED = {
  Receipt: "id",
  ReceiptAnswer: "receiptId",
  Transaction: "id",
  Checkpoint: "transactionId",
} as const;

export type PartitionedTable = keyof typeof PARTITIONED;

export const PARTITIONED_TABLES = Object.keys(PARTITIONED) as PartitionedTable[];

/** Partitions are made and dropped by one process at a time. */
export const PARTITIONS_LOCK = 7_301_967;

const TIMEOUT_MS = 30_000;

/** How long a change of partitions waits for a table: whoever comes later waits behind it. */
export const LOCK_WAIT_MS = 100;

/** Runs a statement about partitions. Rejects when there is no answer after half a minute. */
export async function query<Row extends QueryResultRow>(db: Db, text: string, values?: unknown[]): Promise<Row[]> {
  const config = { text, values, query_timeout: TIMEOUT_MS };
  return (await db.query<Row>(config as QueryConfig)).rows;
}

export type Partitions = {
  /** The database's clock. */
  now: Date;
  /** Those of these tables that hold days; the ones for everything else are left out. */
  partitions: (Partition & { table: PartitionedTable })[];
};

/** Reads which partitions there are. */
export async function readPartitions(db: Db): Promise<Partitions> {
  const rows = await query<{ now: Date; names: string[] }>(
    db,
    `SELECT now() AS now, coalesce(array_agg(child.relname::text), '{}') AS names
     FROM pg_inherits JOIN pg_class AS child ON child.oid = inhrelid
     WHERE inhparent = ANY ($1::regclass[])`,
    [PARTITIONED_TABLES.map((table) => `"${table}"`)],
  );
  const { now, names } = rows[0]!;
  return { now, partitions: names.flatMap((name) => (readPartitionName(name) ?? []) as Partitions["partitions"]) };
}

/** The table was in use: the same can be tried again. */
export const isLockTimeout = (error: unknown): boolean => (error as { code?: unknown }).code === "55P03";
