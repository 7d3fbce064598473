import { type AccountContext, requireBuilder } from "../context";
import { findCycle } from "../cycles/find";

/** Forgets the sample that was pasted or listened for. Throws `not_found` when the Account has no such Cycle. */
export async function removeSample(ctx: AccountContext, cycleId: string, stepId: string): Promise<void> {
  requireBuilder(ctx);
  const { id } = await findCycle(ctx, cycleId);
  await ctx.db.stepSample.deleteMany({ where: { cycleId: id, stepId } });
}
