import { expect } from "vitest";
import type { TestDatabase } from "@/lib/db/testing";
import { beginHold } from "@/lib/queue/begin-hold";
import { drainHold } from "@/lib/queue/drain-hold";
import { type ListedHold, listHolds } from "@/lib/queue/list-holds";

type OnHold = { accountId: string; cycleId: string | null };

/** What tests do with holds in a database. */
export function testHolds(db: TestDatabase) {
  const read = async (id: string): Promise<ListedHold> => {
    const { rows } = await db.pool.query<{ partnerId: string }>(
      `SELECT "partnerId" FROM "Account" JOIN "Hold" ON "Hold"."accountId" = "Account".id WHERE "Hold".id = $1`,
      [id],
    );
    const [listed] = await listHolds(db.pool, { partnerId: rows[0]!.partnerId, id });
    return listed!;
  };
  return {
    read,
    /** Holds a cycle, the account (`cycleId` null) or the webhook of a step; gives the hold's id. */
    hold: ({ accountId, cycleId }: OnHold, stepId: string | null = null) =>
      beginHold(db.pool, { accountId, cycleId, stepId, heldBy: null }),
    drain: ({ accountId }: OnHold, id: string, perSecond: number | null = null) =>
      drainHold(db.pool, { id, accountId, perSecond, drainedBy: null }),
    /** What a hold holds, to be waited for. */
    held: (id: string) => expect.poll(async () => (await read(id)).held),
    /** When a hold ended, to be waited for. */
    ended: (id: string) => expect.poll(async () => (await read(id)).endedAt),
    /** Lets the rate of a drain have gone unused for so long that the next round makes up for the longest time there is: 2 s. */
    idle: (id: string) =>
      db.pool.query(`UPDATE "Hold" SET "drainedUntil" = now() - interval '1 hour' WHERE id = $1`, [id]),
  };
}
