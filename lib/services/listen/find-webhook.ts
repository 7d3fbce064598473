import type { AccountContext } from "../context";
import { findCycle } from "../cycles/find";
import { notFound } from "../errors";

/** The webhook of a Step of one of the Account's Cycles. Throws `not_found` when there is no such Cycle, or the Step has none. */
export async function findWebhook(ctx: AccountContext, cycleId: string, stepId: string) {
  const { id } = await findCycle(ctx, cycleId);
  const webhook = await ctx.db.webhook.findUnique({ where: { cycleId_stepId: { cycleId: id, stepId } } });
  if (!webhook) throw notFound("webhook step in this cycle");
  return webhook;
}
