import type { Pool } from "pg";
import { heldJobs } from "./hold-scope";
import { inTransaction } from "./in-transaction";
import { run } from "./statement";

const TIMEOUT_MS = 30_000;
/** Times are kept in whole milliseconds: after so long, whatever comes has a later one, in seconds. */
const LATER_S = 0.002;

/** `changed`: another number is held up to there by now, and nothing is discarded. */
export type AskedToDiscard = "asked" | "changed" | "not-found";

/**
 * Has what a hold holds up to `throughSeq` discarded, by the workers' housekeeping (tend-hold.ts), if it is exactly `count` jobs:
 * those that were counted when somebody was asked. What was accepted since has a higher `seq`, and what continues a transaction since
 * a later `runAt` than the wish: they stay held.
 */
export async function discardHeld(
  pool: Pool,
  wish: { id: string; accountId: string; count: number; throughSeq: string; discardedBy: string | null },
): Promise<AskedToDiscard> {
  const asked = await inTransaction(pool, async (client): Promise<AskedToDiscard> => {
    // By itself: what is counted next is what is held once nobody else changes the hold, or accepts under it.
    const holds = await run(client, {
      name: "lock-hold-to-discard",
      text: `SELECT id FROM "Hold" WHERE id = $1 AND "accountId" = $2 AND "endedAt" IS NULL FOR UPDATE`,
      values: [wish.id, wish.accountId],
      timeoutMs: TIMEOUT_MS,
    });
    if (holds.length === 0) return "not-found";
    const noted = await run(client, {
      name: "discard-held",
      text: `
        WITH counted AS MATERIALIZED (
          SELECT count(*)::int AS jobs, max(job.seq) AS last
          FROM "Hold" AS hold CROSS JOIN LATERAL ${heldJobs("hold", { through: "$2::bigint" })} AS job WHERE hold.id = $1
        )
        UPDATE "Hold" AS hold
        SET "discardSeq" = greatest(hold."discardSeq", counted.last), "discardedBy" = $4, "discardedAt" = clock_timestamp()
        FROM counted WHERE hold.id = $1 AND counted.jobs = $3
        RETURNING hold.id`,
      values: [wish.id, wish.throughSeq, wish.count, wish.discardedBy],
      timeoutMs: TIMEOUT_MS,
    });
    if (noted.length === 0) return "changed";
    await client.query(`SELECT pg_sleep(${LATER_S})`);
    return "asked";
  });
  return asked!;
}
