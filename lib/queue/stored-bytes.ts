import { KEPT_DAYS } from "@/lib/core/partition-days";
import { arrayOf } from "./packed-rows";
import { type Db, run } from "./statement";

const TIMEOUT_MS = 15_000;

/** Partitions of older days are dropped, whatever their counters say. */
const IS_KEPT = `day >= (now() AT TIME ZONE 'UTC')::date - ${KEPT_DAYS + 1}`;

/** SQL: the bytes that an account keeps. */
export const bytesOfAccount = (accountId: string) =>
  `(SELECT coalesce(sum(bytes), 0) FROM "StoredBytes" WHERE "StoredBytes"."accountId" = ${accountId} AND ${IS_KEPT})`;

/** SQL: the bytes that a webhook keeps. */
export const bytesOfWebhook = (webhookId: string) =>
  `(SELECT coalesce(sum(bytes), 0) FROM "WebhookStoredBytes"
    WHERE "WebhookStoredBytes"."webhookId" = ${webhookId} AND ${IS_KEPT})`;

/** SQL: what a statement that deletes accepted receipts gives of each, for `takeOffStored`. */
export const DELETED_BYTES = `"accountId", "webhookId", ("receivedAt" AT TIME ZONE 'UTC')::date AS day, coalesce(octet_length(body), 0) + coalesce(octet_length("rawBody"), 0) AS bytes`;

const takeOff = (
  receipts: string,
  table: string,
  owner: string,
  { as, after }: { as: string; after?: string },
) => `${as} AS MATERIALIZED (
        SELECT kept."${owner}", kept.day, gone.bytes FROM "${table}" AS kept JOIN (
          SELECT "${owner}", day, sum(bytes) AS bytes FROM ${receipts} GROUP BY "${owner}", day
        ) AS gone ON gone."${owner}" = kept."${owner}" AND gone.day = kept.day
        WHERE gone.bytes > 0 ${after ? `AND (SELECT count(*) FROM ${after}) >= 0` : ""}
        ORDER BY kept."${owner}", kept.day FOR NO KEY UPDATE OF kept
      ), ${as}_less AS (
        UPDATE "${table}" AS kept SET bytes = greatest(kept.bytes - gone.bytes, 0)
        FROM ${as} AS gone WHERE gone."${owner}" = kept."${owner}" AND gone.day = kept.day
      )`;

/**
 * SQL: CTEs that take the bodies of deleted receipts off what their accounts and webhooks keep; `receipts` is the CTE that deletes
 * them. Rows are locked as `addStoredBytes` does: those of accounts, then those of webhooks, each in their order.
 */
export const takeOffStored = (receipts: string) =>
  `${takeOff(receipts, "StoredBytes", "accountId", { as: "of_accounts" })}, ${takeOff(receipts, "WebhookStoredBytes", "webhookId", { as: "of_webhooks", after: "of_accounts" })}`;

/** Bytes of a webhook's bodies that were stored on the UTC day that begins at `day` (milliseconds since 1970). */
export type AddedBytes = { webhookId: string; accountId: string; day: number; bytes: number };

/** Adds to the counters of webhooks, their accounts, and days. Two rows of one call must differ in webhook or day. */
export async function addStoredBytes(db: Db, added: readonly AddedBytes[]): Promise<void> {
  await run(db, {
    name: "add-stored-bytes",
    // Sorted, and accounts before webhooks, so that two processes lock the rows in the same order.
    text: `
      WITH added AS MATERIALIZED (
        SELECT webhook, account, (to_timestamp(at / 1000.0) AT TIME ZONE 'UTC')::date AS day, bytes
        FROM unnest($1::uuid[], $2::uuid[], $3::float8[], $4::bigint[]) AS added(webhook, account, at, bytes)
      ), of_accounts AS (
        INSERT INTO "StoredBytes" AS sum ("accountId", day, bytes)
        SELECT account, day, sum(bytes) FROM added GROUP BY account, day ORDER BY account, day
        ON CONFLICT ("accountId", day) DO UPDATE SET bytes = sum.bytes + excluded.bytes
        RETURNING 1
      )
      INSERT INTO "WebhookStoredBytes" AS sum ("webhookId", day, bytes)
      SELECT webhook, day, bytes FROM added WHERE (SELECT count(*) FROM of_accounts) >= 0 ORDER BY webhook, day
      ON CONFLICT ("webhookId", day) DO UPDATE SET bytes = sum.bytes + excluded.bytes`,
    values: [
      arrayOf(added.map((row) => row.webhookId)),
      arrayOf(added.map((row) => row.accountId)),
      arrayOf(added.map((row) => row.day)),
      arrayOf(added.map((row) => row.bytes)),
    ],
    timeoutMs: TIMEOUT_MS,
  });
}

/** The bytes that some accounts keep, by account. */
export async function readStoredBytes(db: Db, accountIds: readonly string[]): Promise<Map<string, number>> {
  const rows = await run<{ id: string; bytes: number }>(db, {
    name: "read-stored-bytes",
    text: `SELECT id, ${bytesOfAccount("id")}::float8 AS bytes FROM unnest($1::uuid[]) AS account(id)`,
    values: [arrayOf(accountIds)],
    timeoutMs: TIMEOUT_MS,
  });
  return new Map(rows.map(({ id, bytes }) => [id, bytes]));
}

/** The bytes that a webhook keeps. */
export async function readBytesOfWebhook(db: Db, webhookId: string): Promise<number> {
  const [row] = await run<{ bytes: number }>(db, {
    name: "read-bytes-of-webhook",
    text: `SELECT ${bytesOfWebhook("$1::uuid")}::float8 AS bytes`,
    values: [webhookId],
    timeoutMs: TIMEOUT_MS,
  });
  return row!.bytes;
}

/** Deletes the counters of days of which nothing is kept. */
export async function deleteOldStoredBytes(db: Db): Promise<void> {
  const isOld = `day < (now() AT TIME ZONE 'UTC')::date - ${KEPT_DAYS + 2}`;
  await run(db, {
    name: "",
    text: `WITH of_accounts AS (DELETE FROM "StoredBytes" WHERE ${isOld}) DELETE FROM "WebhookStoredBytes" WHERE ${isOld}`,
    values: [],
    timeoutMs: TIMEOUT_MS,
  });
}
