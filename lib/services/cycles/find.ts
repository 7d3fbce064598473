import { isUuid } from "@/lib/core/uuid7-range";
import type { AccountContext, Tx } from "../context";
import { notFound } from "../errors";

/** The Account's Cycle with this id. Throws `not_found` when there is none, or it was deleted. */
export async function findCycle(ctx: AccountContext, cycleId: string, db: Tx = ctx.db) {
  const cycle = isUuid(cycleId)
    ? await db.cycle.findFirst({ where: { id: cycleId, accountId: ctx.accountId, deletedAt: null } })
    : null;
  if (!cycle) throw notFound("cycle");
  return cycle;
}
