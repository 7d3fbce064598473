import { checkSecretNames } from "@/lib/core/webhook-check";
import { notifyCycles } from "@/lib/queue/notify";
import { type AccountContext, requireBuilder } from "../context";
import { findCycle } from "../cycles/find";
import { notFound } from "../errors";
import { putSecret } from "./set";

/**
 * Ends the change of a check's secret: the second one becomes the only one, in the same moment everywhere. Throws
 * `not_found` when the Account has no such Cycle or no second secret is stored.
 */
export async function makeSecretCurrent(ctx: AccountContext, cycleId: string, stepId: string): Promise<void> {
  requireBuilder(ctx);
  const { id } = await findCycle(ctx, cycleId);
  const next = { cycleId: id, stepId, name: checkSecretNames.next };
  await ctx.db.$transaction(async (tx) => {
    // Written as it is, so that it is locked: what somebody else stores or takes away at this moment is waited for.
    const [stored] = await tx.stepSecret.updateManyAndReturn({ where: next, data: { name: next.name } });
    if (!stored) throw notFound("second secret of this step");
    await putSecret(tx, { ...next, name: checkSecretNames.current }, stored.ciphertext);
    await tx.stepSecret.delete({ where: { cycleId_stepId_name: next } });
    await notifyCycles(tx, [id]);
  });
}
