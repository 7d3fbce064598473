import { type AccountContext, requireBuilder } from "../context";
import { findCycle } from "../cycles/find";

/** Forgets a Step's secret; nothing changes when there is none. Throws `not_found` when the Account has no such Cycle. */
export async function removeSecret(
  ctx: AccountContext,
  cycleId: string,
  { stepId, name }: { stepId: string; name: string },
): Promise<void> {
  requireBuilder(ctx);
  const { id } = await findCycle(ctx, cycleId);
  await ctx.db.stepSecret.deleteMany({ where: { cycleId: id, stepId, name } });
}
