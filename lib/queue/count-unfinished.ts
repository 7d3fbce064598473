import type { Pool } from "pg";
import { BY_INDEX, inTransaction } from "./in-transaction";
import { arrayOf } from "./packed-rows";
import { type Db, run } from "./statement";

const TIMEOUT_MS = 5_000;

/** Where transactions begin, and up to how many of them are counted. */
export type UnfinishedOf = { cycleId: string; stepId: string; atMost: number };

/** Ids of transactions that aren't counted; it is called when the database is asked, or asked again. */
export type Except = () => readonly string[];

/**
 * How many transactions that began at a step have not ended: they have a job, or are held at a webhook in the middle of the cycle.
 * It looks at those of the whole cycle until it has found `atMost`, and never at what has ended.
 */
export async function countUnfinished(pool: Pool, of: UnfinishedOf, except: Except): Promise<number> {
  const found = await inTransaction(pool, (client) => countByIndex(client, of, except()), BY_INDEX);
  return found ?? 0;
}

/** The same on a connection that plans by index (`BY_INDEX`). */
export async function countByIndex(
  db: Db,
  { cycleId, stepId, atMost }: UnfinishedOf,
  except: readonly string[],
): Promise<number> {
  const [row] = await run<{ found: number }>(db, {
    name: "count-unfinished",
    // One that is held at several webhooks counts once.
    text: `
      SELECT count(*)::int AS found FROM (
        SELECT FROM (
          SELECT "transactionId" AS id FROM "Job" WHERE "cycleId" = $1
          UNION ALL
          SELECT "transactionId" FROM "ReachedWebhook" AS place WHERE "cycleId" = $1 AND held
            AND NOT EXISTS (SELECT FROM "Job" WHERE "Job".seq = place.seq)
            AND NOT EXISTS (SELECT FROM "ReachedWebhook" AS other
              WHERE other."transactionId" = place."transactionId" AND other."stepId" < place."stepId" AND other.held)
        ) AS open JOIN "Transaction" AS t ON t.id = open.id
        WHERE t."stepId" = $2 AND t.id <> ALL ($4::uuid[]) LIMIT $3
      ) AS first`,
    values: [cycleId, stepId, atMost, arrayOf(except)],
    timeoutMs: TIMEOUT_MS,
  });
  return row!.found;
}
