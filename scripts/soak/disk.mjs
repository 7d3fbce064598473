/** The tables that grow with each transaction. */
export const GROWING = ["Receipt", "Transaction", "Checkpoint"];

const SIZES = `
  SELECT trim(both '"' from coalesce(pg_partition_root(oid)::oid, oid)::regclass::text) AS name,
    sum(pg_table_size(oid))::float8 AS "tableBytes", sum(pg_indexes_size(oid))::float8 AS "indexBytes"
  FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
  GROUP BY 1`;

const WAL = `
  SELECT (pg_current_wal_insert_lsn() - '0/0')::float8 AS written, (SELECT sum(size) FROM pg_ls_waldir())::float8 AS kept,
    pg_size_bytes(current_setting('max_wal_size'))::float8 AS most`;

/** What the rows of a table take: each with its header, its values and its pointer in the page. */
const rowBytes = (name) => `
  SELECT count(*)::float8 AS rows, coalesce(sum(pg_column_size(t.*) + 4), 0)::float8 AS bytes FROM "${name}" AS t`;

/**
 * What an index takes that is filled in order: 90 % of a page, entries of a header, a pointer and the values of its columns; those
 * without a fixed length count as 24 bytes. PostgreSQL knows the number of entries since the last VACUUM.
 */
const INDEXES = `
  SELECT trim(both '"' from coalesce(pg_partition_root(indrelid)::oid, indrelid)::regclass::text) AS name,
    sum(greatest(index.reltuples, 0) * (12 + (SELECT sum(ceil((CASE WHEN attlen > 0 THEN attlen ELSE 24 END) / 8.0) * 8)
      FROM pg_attribute WHERE attrelid = indexrelid)) / 0.9)::float8 AS bytes
  FROM pg_index JOIN pg_class AS index ON index.oid = indexrelid JOIN pg_class AS owner ON owner.oid = indrelid
  WHERE owner.relkind = 'r' AND owner.relnamespace = 'public'::regnamespace
  GROUP BY 1`;

/** What is on the disk now: bytes of tables, indexes and write-ahead log. */
export async function readDisk(stack) {
  const tables = new Map((await stack.query(SIZES)).map((row) => [row.name, row]));
  const [wal] = await stack.query(WAL);
  return { tables, wal };
}

/**
 * Explains what has grown: per table what its rows and index entries should take, and what it takes.
 *
 * @returns {Promise<{ name: string, rows: number, rowBytes: number, tableBytes: number, expectedIndexBytes: number, indexBytes: number }[]>}
 */
export async function explainGrowth(stack) {
  for (const name of GROWING) await stack.query(`VACUUM (ANALYZE, TRUNCATE off) "${name}"`);
  const { tables } = await readDisk(stack);
  const indexes = new Map((await stack.query(INDEXES)).map(({ name, bytes }) => [name, bytes]));
  const explained = [];
  for (const name of GROWING) {
    const [{ rows, bytes }] = await stack.query(rowBytes(name));
    const { tableBytes, indexBytes } = tables.get(name);
    explained.push({ name, rows, rowBytes: bytes, tableBytes, indexBytes, expectedIndexBytes: indexes.get(name) ?? 0 });
  }
  return explained;
}
