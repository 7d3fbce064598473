import type { Pool } from "pg";
import { addContinuations } from "./continuation";
import { BY_INDEX, inTransaction, Undo } from "./in-transaction";
import { inTurn } from "./in-turn";
import { run } from "./statement";

const TIMEOUT_MS = 15_000;
const PER_CALL = 200;
/** Names what one worker does at a time. */
const TIME_OUT_LOCK = 7_301_972;

export type TimedOut = {
  timedOut: number;
  /** Milliseconds until the next one is due; null when none waits. */
  nextInMs: number | null;
};

type Due = { transactionId: string; stepId: string };

/**
 * Lets transactions go on whose time is over, with one database transaction. Where one of them is gone or has gone on meanwhile,
 * each is done by itself. Gives the number of those that go on.
 */
async function timeOut(pool: Pool, due: readonly Due[]): Promise<number> {
  const timedOut = await inTransaction(
    pool,
    async (client) => {
      const timeouts = due.map((place) => ({ ...place, value: null, receiptId: null, input: null }));
      const added = await addContinuations(client, { source: "TIMEOUT", createdBy: null }, timeouts);
      if (added.length < due.length) throw new Undo();
      return added.length;
    },
    BY_INDEX,
  );
  if (timedOut !== undefined || due.length < 2) return timedOut ?? 0;
  let sum = 0;
  for (const one of due) sum += await timeOut(pool, [one]);
  return sum;
}

/**
 * Lets up to 200 transactions go on whose time at a mid-cycle webhook is over, by its second exit. Any worker may call it at any
 * time; one of them does it, and a request that comes at the same moment goes either before or after. Those that have a job are done
 * one by one: several jobs that are there are never waited for, for others lock several as well, in orders of their own.
 */
export async function timeOutHeld(pool: Pool): Promise<TimedOut> {
  const result = await inTurn(pool, TIME_OUT_LOCK, async (turn) => {
    const due = await run<Due & { hasJob: boolean }>(turn, {
      name: "due-holds",
      text: `
        SELECT "transactionId", "stepId", EXISTS (SELECT FROM "Job" WHERE "Job".seq = due.seq) AS "hasJob"
        FROM "ReachedWebhook" AS due WHERE until <= now() ORDER BY until LIMIT ${PER_CALL}`,
      values: [],
      timeoutMs: TIMEOUT_MS,
    });
    const alone = due.filter(({ hasJob }) => !hasJob);
    let timedOut = alone.length > 0 ? await timeOut(pool, alone) : 0;
    for (const one of due.filter(({ hasJob }) => hasJob)) timedOut += await timeOut(pool, [one]);
    const [next] = await run<{ nextInMs: number | null }>(turn, {
      name: "next-hold",
      text: `
        SELECT (extract(epoch FROM min(until) - now()) * 1000)::float8 AS "nextInMs"
        FROM "ReachedWebhook" WHERE until > now()`,
      values: [],
      timeoutMs: TIMEOUT_MS,
    });
    return { timedOut, nextInMs: next?.nextInMs ?? null };
  });
  return result ?? { timedOut: 0, nextInMs: null };
}
