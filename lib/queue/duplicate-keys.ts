import type { FirstRequest } from "./accept";
import { arrayOf, textArrayOf } from "./packed-rows";
import { type Db, run } from "./statement";

const TIMEOUT_MS = 15_000;

export type KeyedRequest = FirstRequest & { webhookId: string; key: string; windowSeconds: number };

/** SQL: rows of (webhook, key, receipt, transaction, seconds, place) of `keyParameters` from this parameter on. */
export const askedKeys = (first: number) =>
  `unnest($${first}::uuid[], $${first + 1}::text[], $${first + 2}::uuid[], $${first + 3}::uuid[], $${first + 4}::int[])
  WITH ORDINALITY AS asked(webhook, key, receipt, transaction, seconds, place)`;

/** What `askedKeys` reads. */
export const keyParameters = (requests: readonly KeyedRequest[]) => [
  arrayOf(requests.map(({ webhookId }) => webhookId)),
  textArrayOf(requests.map(({ key }) => key)),
  arrayOf(requests.map(({ receiptId }) => receiptId)),
  arrayOf(requests.map(({ transactionId }) => transactionId)),
  arrayOf(requests.map(({ windowSeconds }) => windowSeconds)),
];

/**
 * SQL: gives the first request of each key that is asked for. Each key is written once, or read where it is there and not over: a
 * second statement with it waits until the first is committed or undone. Keys are locked in their order, so that no two wait for
 * each other.
 */
export const takeKeysText = (asked: string) => `
    INSERT INTO "DuplicateKey" AS known ("webhookId", key, "receiptId", "transactionId", "expiresAt")
    SELECT DISTINCT ON (webhook, key) webhook, key, receipt, transaction, now() + seconds * interval '1 second'
    FROM ${asked} ORDER BY webhook, key, place
    ON CONFLICT ("webhookId", key) DO UPDATE SET
      "receiptId" = CASE WHEN known."expiresAt" > now() THEN known."receiptId" ELSE excluded."receiptId" END,
      "transactionId" = CASE WHEN known."expiresAt" > now() THEN known."transactionId" ELSE excluded."transactionId" END,
      "expiresAt" = CASE WHEN known."expiresAt" > now() THEN known."expiresAt" ELSE excluded."expiresAt" END
    RETURNING "webhookId", key, "receiptId", "transactionId"`;

const TAKE_KEYS = takeKeysText(askedKeys(1));

/**
 * Takes keys for requests, inside the database transaction that stores these; of several with a key the first gets it. While another
 * one stores the same key, it waits.
 *
 * @returns for each request, in their order, the one that has its key; undefined for one that has it itself
 */
export async function takeKeys(db: Db, requests: readonly KeyedRequest[]): Promise<(FirstRequest | undefined)[]> {
  const rows = await run<FirstRequest & { webhookId: string; key: string }>(db, {
    name: "take-keys",
    text: TAKE_KEYS,
    values: keyParameters(requests),
    timeoutMs: TIMEOUT_MS,
  });
  const firsts = new Map(rows.map(({ webhookId, key, ...first }) => [`${webhookId} ${key}`, first]));
  return requests.map(({ webhookId, key, receiptId }) => {
    const first = firsts.get(`${webhookId} ${key}`);
    return first?.receiptId === receiptId ? undefined : first;
  });
}

/** Keys that one statement deletes at most. */
export const KEYS_PER_STATEMENT = 500;

/** Deletes up to 500 keys whose window is over. Any number of processes may call it: each deletes different ones. Gives their number. */
export async function deleteExpiredKeys(db: Db): Promise<number> {
  const rows = await run(db, {
    name: "delete-expired-keys",
    text: `
      DELETE FROM "DuplicateKey" WHERE ("webhookId", key) IN (
        SELECT "webhookId", key FROM "DuplicateKey" WHERE "expiresAt" <= now()
        ORDER BY "expiresAt" LIMIT ${KEYS_PER_STATEMENT} FOR UPDATE SKIP LOCKED
      )
      RETURNING 1`,
    values: [],
    timeoutMs: TIMEOUT_MS,
  });
  return rows.length;
}
