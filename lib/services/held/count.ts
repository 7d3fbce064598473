import type { HeldCounts } from "@/lib/contracts/held";
import type { Graph } from "@/lib/core/graph";
import { countHeld, MOST_COUNTED } from "@/lib/queue/list-held";
import { definitionOf } from "@/lib/steps/definitions";
import type { AccountContext } from "../context";
import { findCycle } from "../cycles/find";

/** How many Transactions each Webhook of a Cycle's draft holds; those that hold none are left out. Throws `not_found`. */
export async function countHeldTransactions(ctx: AccountContext, cycleId: string): Promise<HeldCounts> {
  const { id, draft } = await findCycle(ctx, cycleId);
  const stepIds = (draft as Graph).steps.filter(({ type }) => definitionOf(type)?.webhook).map((step) => step.id);
  const counts = await countHeld(ctx.pool, { accountId: ctx.accountId, cycleId: id, stepIds });
  return {
    steps: counts
      .filter(({ count }) => count > 0)
      .map(({ stepId, count }) => ({ stepId, count: Math.min(count, MOST_COUNTED), more: count > MOST_COUNTED })),
  };
}
