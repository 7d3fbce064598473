import type { Pool } from "pg";
import { channels } from "./channels";
import { spanOf } from "./id-span";
import { inTransaction, Undo } from "./in-transaction";
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
  pool: Pool,
  { accountId, transactionId }: { accountId: string; transactionId: string },
): Promise<Cancelled> {
  for (;;) {
    const result = await inTransaction(pool, (client) => cancelWithJob(client, { accountId, transactionId }));
    if (result !== "held") return result!;
    if (await cancelHeld(pool, { accountId, transactionId })) return "cancelled";
  }
}

/**
 * Cancels a transaction of an account that has a job, or asks its worker to. Call it inside a database transaction: the job is
 * locked by a statement of its own, so that the next one sees the continuations that somebody was adding.
 *
 * @returns `held` when it waits for a request and has no job: nothing was changed, there is nobody to ask
 */
export async function cancelWithJob(
  db: Db,
  { accountId, transactionId }: { accountId: string; transactionId: string },
): Promise<Cancelled | "held"> {
  await run(db, {
    name: "",
    text: `
      SELECT FROM "Job" WHERE seq = (SELECT seq FROM "Transaction" WHERE id = $1 AND "accountId" = $2) FOR UPDATE`,
    values: [transactionId, accountId],
    timeoutMs: TIMEOUT_MS,
  });
  const [row] = await run<{ result: Cancelled | "held" }>(db, {
    name: "cancel",
    text: `
      WITH target AS MATERIALIZED (
        SELECT id, seq, synchronous, state = 'HELD' AND NOT EXISTS (SELECT FROM "Job" WHERE "Job".seq = t.seq) AS held
        FROM "Transaction" AS t WHERE id = $1 AND "accountId" = $2
      ), gone AS (
        DELETE FROM "Job" USING target WHERE "Job".seq = target.seq AND status <> 'CLAIMED' RETURNING "transactionId" AS id
      ), cancelled AS (
        UPDATE "Transaction" AS t SET state = 'CANCELLED', "endedAt" = now(), "cancelAsked" = true
        FROM gone WHERE t.id = $1 AND t."endedAt" IS NULL RETURNING t.id, t.synchronous
      ), forgotten AS (
        DELETE FROM "ReachedWebhook" USING cancelled WHERE "transactionId" = cancelled.id
      ), dropped AS (
        UPDATE "Continuation" AS c SET state = 'DISCARDED' FROM cancelled
        WHERE c."transactionId" = cancelled.id AND c.state = 'QUEUED'
      ), asked AS (
        UPDATE "Transaction" AS t SET "cancelAsked" = true
        FROM target
        WHERE t.id = $1 AND t."endedAt" IS NULL AND NOT target.held AND NOT EXISTS (SELECT FROM gone) RETURNING t.id
      )
      SELECT CASE
          WHEN EXISTS (SELECT FROM cancelled) THEN 'cancelled'
          WHEN EXISTS (SELECT FROM asked) THEN 'asked'
          WHEN EXISTS (SELECT FROM target WHERE held) THEN 'held'
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

/**
 * Cancels a transaction that waits for a request and has no job. A request that comes at the same moment either is first, and there
 * is a job, or finds nothing to continue. True when it did.
 */
async function cancelHeld(pool: Pool, ids: { accountId: string; transactionId: string }): Promise<boolean> {
  const cancelled = await inTransaction(pool, async (client) => {
    const values = [ids.transactionId, ids.accountId];
    const taken = await run(client, {
      name: "",
      text: `
        INSERT INTO "Job" ("accountId", "cycleId", lane, seq, "transactionId", "runAt")
        SELECT "accountId", "cycleId", 1, seq, id, now() FROM "Transaction"
        WHERE id = $1 AND "accountId" = $2 AND state = 'HELD'
        ON CONFLICT (seq) DO NOTHING RETURNING 1`,
      values,
      timeoutMs: TIMEOUT_MS,
    });
    if (taken.length === 0) throw new Undo();
    const ended = await run(client, {
      name: "",
      text: `
        WITH cancelled AS (
          UPDATE "Transaction" AS t SET state = 'CANCELLED', "endedAt" = now(), "cancelAsked" = true
          WHERE t.id = $1 AND t."accountId" = $2 AND t.state = 'HELD' RETURNING t.id, t.seq, t.synchronous
        ), job AS (
          DELETE FROM "Job" USING cancelled WHERE "Job".seq = cancelled.seq
        ), forgotten AS (
          DELETE FROM "ReachedWebhook" USING cancelled WHERE "transactionId" = cancelled.id
        )
        SELECT CASE WHEN synchronous THEN pg_notify('${channels.replies}', id::text) END FROM cancelled`,
      values,
      timeoutMs: TIMEOUT_MS,
    });
    if (ended.length === 0) throw new Undo();
    return true;
  });
  return cancelled ?? false;
}

/**
 * Cancels those of these transactions that were settled as held though somebody had asked for their end. Inside the database
 * transaction that settled them: their jobs are gone with it, so nobody can continue them in between. Gives their ids.
 */
export async function cancelSettled(db: Db, transactionIds: readonly string[]): Promise<string[]> {
  const rows = await run<{ id: string }>(db, {
    name: "cancel-settled",
    text: `
      WITH cancelled AS (
        UPDATE "Transaction" AS t SET state = 'CANCELLED', "endedAt" = now()
        WHERE t.id = ANY ($1::uuid[]) AND t.id BETWEEN $2 AND $3 AND t.state = 'HELD' AND t."cancelAsked"
        RETURNING t.id, t.synchronous
      ), forgotten AS (
        DELETE FROM "ReachedWebhook" USING cancelled WHERE "transactionId" = cancelled.id
      )
      SELECT id, CASE WHEN synchronous THEN pg_notify('${channels.replies}', id::text) END FROM cancelled`,
    values: [arrayOf(transactionIds), ...spanOf(transactionIds)],
    timeoutMs: TIMEOUT_MS,
  });
  return rows.map((row) => row.id);
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
