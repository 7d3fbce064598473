import type { SyncResponse } from "@/lib/core/transaction";
import { spanOf } from "./id-span";
import { arrayOf } from "./packed-rows";
import { type Db, run } from "./statement";

const TIMEOUT_MS = 5_000;

export type TransactionStateValue =
  | "QUEUED"
  | "RUNNING"
  | "WAITING"
  | "HELD"
  | "COMPLETED"
  | "FAILED"
  | "CANCELLED"
  | "DISCARDED";

/** How a synchronous transaction stands: its response once one was reached, and its state. */
export type Reply = { transactionId: string; state: TransactionStateValue; response: SyncResponse | null };

/**
 * Of these transactions, those whose caller can be answered: a response was reached, they have ended without one, or they are
 * QUEUED because a hold is on them, and their callers wait for nothing.
 */
export async function readReplies(pool: Db, transactionIds: readonly string[]): Promise<Reply[]> {
  return run<Reply>(pool, {
    name: "",
    text: `
      SELECT id AS "transactionId", state, response FROM "Transaction" AS t
      WHERE id = ANY ($1::uuid[]) AND id BETWEEN $2 AND $3 AND (response IS NOT NULL OR "endedAt" IS NOT NULL
        OR EXISTS (SELECT FROM "Job" AS job WHERE job.seq = t.seq AND job.status = 'HELD'))`,
    values: [arrayOf(transactionIds), ...spanOf(transactionIds)],
    timeoutMs: TIMEOUT_MS,
  });
}

/** The transaction and its status token, or undefined when there is no such transaction or it has no token. */
export async function readStatus(pool: Db, transactionId: string): Promise<(Reply & { token: string }) | undefined> {
  const rows = await run<Reply & { token: string }>(pool, {
    name: "",
    text: `
      SELECT id AS "transactionId", state, response, "statusToken" AS token FROM "Transaction"
      WHERE id = $1 AND "statusToken" IS NOT NULL`,
    values: [transactionId],
    timeoutMs: TIMEOUT_MS,
  });
  return rows[0];
}
