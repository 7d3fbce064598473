import { channels } from "./channels";
import { spanOf } from "./id-span";
import { arrayOf } from "./packed-rows";
import { type Db, run } from "./statement";

const TIMEOUT_MS = 15_000;

/** `asked`: a worker has it in hand and ends it at its next step. `ended`: there was nothing left to cancel. */
export type Cancelled = "cancelled" | "asked" | "ended" | "not-found";

/**
 * Cancels a transaction of an account. One that no worker has in hand is cancelled when this returns; one that a worker runs
 * is ended by it at the next step boundary, an outside call under way is broken off. A caller who waits is told.
 */
export async function cancelTransaction(
  pool: Db,
  { accountId, transactionId }: { accountId: string; transactionId: string },
): Promise<Cancelled> {
  const [row] = await run<{ result: Cancelled }>(pool, {
    name: "cancel",
    text: `
      WITH target AS MATERIALIZED (
        SELECT id, seq, synchronous FROM "Transaction" WHERE id = $1 AND "accountId" = $2
      ), gone AS (
        DELETE FROM "Job" USING target WHERE "Job".seq = target.seq AND status <> 'CLAIMED' RETURNING "transactionId" AS id
      ), cancelled AS (
        UPDATE "Transaction" AS t SET state = 'CANCELLED', "endedAt" = now(), "cancelAsked" = true
        FROM gone WHERE t.id = $1 AND t."endedAt" IS NULL RETURNING t.id, t.synchronous
      ), asked AS (
        UPDATE "Transaction" AS t SET "cancelAsked" = true
        FROM target WHERE t.id = $1 AND t."endedAt" IS NULL AND NOT EXISTS (SELECT FROM gone) RETURNING t.id
      )
      SELECT CASE
          WHEN EXISTS (SELECT FROM cancelled) THEN 'cancelled'
          WHEN EXISTS (SELECT FROM asked) THEN 'asked'
          WHEN EXISTS (SELECT FROM target) THEN 'ended'
          ELSE 'not-found'
        END AS result,
        (SELECT pg_notify('${channels.cancels}', id::text) FROM asked),
        (SELECT pg_notify('${channels.replies}', id::text) FROM cancelled WHERE synchronous)`,
    values: [transactionId, accountId],
    timeoutMs: TIMEOUT_MS,
  });
  return row!.result;
}

/** Of these transactions, those that shall be cancelled. */
export async function readCancelAsked(pool: Db, transactionIds: readonly string[]): Promise<string[]> {
  const rows = await run<{ id: string }>(pool, {
    name: "cancel-asked",
    text: `
      SELECT id FROM "Transaction"
      WHERE id = ANY ($1::uuid[]) AND id BETWEEN $2 AND $3 AND "cancelAsked" AND "endedAt" IS NULL`,
    values: [arrayOf(transactionIds), ...spanOf(transactionIds)],
    timeoutMs: TIMEOUT_MS,
  });
  return rows.map((row) => row.id);
}
