import { checkSecretNames, PREVIOUS_CHECK_SECRET } from "@/lib/core/webhook-check";
import { notifyCycles } from "@/lib/queue/notify";
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
  const names = name === checkSecretNames.current ? [name, PREVIOUS_CHECK_SECRET] : [name];
  await ctx.db.$transaction(async (tx) => {
    await tx.stepSecret.deleteMany({ where: { cycleId: id, stepId, name: { in: names } } });
    await notifyCycles(tx, [id]);
  });
}
