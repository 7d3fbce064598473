import { KEPT_DAYS } from "@/lib/core/partition-days";
import { arrayOf } from "./packed-rows";
import { type Db, run } from "./statement";

const TIMEOUT_MS = 15_000;

/** SQL: the bytes that an account keeps. Partitions of older days are dropped, whatever their counters say. */
export const storedBytes = (accountId: string) =>
  `(SELECT coalesce(sum(bytes), 0) FROM "StoredBytes"
    WHERE "StoredBytes"."accountId" = ${accountId} AND day >= (now() AT TIME ZONE 'UTC')::date - ${KEPT_DAYS + 1})`;

/** SQL: what a statement that deletes accepted receipts gives of each, for `takeOffStored`. */
export const DELETED_BYTES = `"accountId", ("receivedAt" AT TIME ZONE 'UTC')::date AS day, coalesce(octet_length(body), 0) + coalesce(octet_length("rawBody"), 0) AS bytes`;

/** SQL: CTEs that take the bodies of deleted receipts off what their accounts keep; `receipts` is the CTE that deletes them. */
export const takeOffStored = (receipts: string) => `stored AS MATERIALIZED (
        SELECT kept."accountId", kept.day, gone.bytes FROM "StoredBytes" AS kept JOIN (
          SELECT "accountId", day, sum(bytes) AS bytes FROM ${receipts} GROUP BY "accountId", day
        ) AS gone ON gone."accountId" = kept."accountId" AND gone.day = kept.day
        WHERE gone.bytes > 0 ORDER BY kept."accountId", kept.day FOR NO KEY UPDATE OF kept
      ), taken_off AS (
        UPDATE "StoredBytes" AS kept SET bytes = greatest(kept.bytes - stored.bytes, 0)
        FROM stored WHERE stored."accountId" = kept."accountId" AND stored.day = kept.day
      )`;

/** Bytes of an account's bodies that were stored on the UTC day that begins at `day` (milliseconds since 1970). */
export type AddedBytes = { accountId: string; day: number; bytes: number };

/** Adds to the counters of accounts and days. Two rows of one call must differ in account or day. */
export async function addStoredBytes(db: Db, added: readonly AddedBytes[]): Promise<void> {
  await run(db, {
    name: "add-stored-bytes",
    // Sorted, so that two processes lock the rows in the same order.
    text: `
      INSERT INTO "StoredBytes" AS sum ("accountId", day, bytes)
      SELECT account, (to_timestamp(day / 1000.0) AT TIME ZONE 'UTC')::date, bytes
      FROM unnest($1::uuid[], $2::float8[], $3::bigint[]) AS added(account, day, bytes)
      ORDER BY account, day
      ON CONFLICT ("accountId", day) DO UPDATE SET bytes = sum.bytes + excluded.bytes`,
    values: [
      arrayOf(added.map((row) => row.accountId)),
      arrayOf(added.map((row) => row.day)),
      arrayOf(added.map((row) => row.bytes)),
    ],
    timeoutMs: TIMEOUT_MS,
  });
}

/** The bytes that some accounts keep, by account; those without a counter are left out. */
export async function readStoredBytes(db: Db, accountIds: readonly string[]): Promise<Map<string, number>> {
  const rows = await run<{ id: string; bytes: number }>(db, {
    name: "read-stored-bytes",
    text: `SELECT id, ${storedBytes("id")}::float8 AS bytes FROM unnest($1::uuid[]) AS account(id)`,
    values: [arrayOf(accountIds)],
    timeoutMs: TIMEOUT_MS,
  });
  return new Map(rows.map(({ id, bytes }) => [id, bytes]));
}

/** Deletes the counters of days of which nothing is kept. */
export async function deleteOldStoredBytes(db: Db): Promise<void> {
  await run(db, {
    name: "",
    text: `DELETE FROM "StoredBytes" WHERE day < (now() AT TIME ZONE 'UTC')::date - ${KEPT_DAYS + 2}`,
    values: [],
    timeoutMs: TIMEOUT_MS,
  });
}
