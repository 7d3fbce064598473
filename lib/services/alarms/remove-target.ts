import { isUuid } from "@/lib/core/uuid7-range";
import { type AccountContext, requireBuilder } from "../context";
import { notFound } from "../errors";
import { findWebhook } from "../listen/find-webhook";

type Target = { cycleId: string; stepId: string; targetId: string };

/** Tells a target nothing any more, also not what was waiting to be sent. Throws `not_found` and `forbidden`. */
export async function removeAlarmTarget(ctx: AccountContext, { cycleId, stepId, targetId }: Target): Promise<void> {
  requireBuilder(ctx);
  const { id: webhookId } = await findWebhook(ctx, cycleId, stepId);
  if (!isUuid(targetId)) throw notFound("target");
  await ctx.db.$transaction(async (tx) => {
    await tx.webhookAlarm.updateMany({ where: { webhookId }, data: { revision: { increment: 1 } } });
    const { count } = await tx.alarmTarget.deleteMany({ where: { id: targetId, webhookId } });
    if (count === 0) throw notFound("target");
    await tx.notification.updateMany({
      where: { targetId, status: "WAITING" },
      data: { status: "FAILED", nextAttemptAt: null, lockedUntil: null },
    });
  });
}
