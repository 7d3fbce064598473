import { type Db, run } from "./statement";

const TIMEOUT_MS = 15_000;

/** Replays that one statement deletes at most. */
export const REPLAYS_PER_STATEMENT = 500;

/** Deletes up to 500 records of replays made before a time. Any number of processes may call it. Gives their number. */
export async function deleteReplays(db: Db, before: Date): Promise<number> {
  const rows = await run(db, {
    name: "delete-replays",
    text: `
      DELETE FROM "Replay" WHERE ("transactionId", continuation) IN (
        SELECT "transactionId", continuation FROM "Replay" WHERE "createdAt" < $1
        ORDER BY "createdAt" LIMIT ${REPLAYS_PER_STATEMENT} FOR UPDATE SKIP LOCKED
      )
      RETURNING 1`,
    values: [before],
    timeoutMs: TIMEOUT_MS,
  });
  return rows.length;
}
