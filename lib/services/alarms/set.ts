import type { AlarmView } from "@/lib/contracts/alarms";
import { type AlarmRules, hasRules } from "@/lib/core/alarm-rules";
import { initialAlarmState } from "@/lib/core/alarms";
import { countedFrom, countSince } from "@/lib/core/counted-requests";
import { readRequestCounts } from "@/lib/queue/alarms";
import { readNow } from "@/lib/queue/delete-old";
import { type AccountContext, requireBuilder } from "../context";
import { findWebhook } from "../listen/find-webhook";
import { readAlarm } from "./view";

/** What a webhook's alarm begins with: what comes from now on counts. */
async function beginning(ctx: AccountContext, webhookId: string, now: Date) {
  const hours = await readRequestCounts(ctx.pool, [{ webhookId, from: countedFrom(now.getTime()) }]);
  const { counted } = countSince(hours, undefined, now.getTime());
  return { state: { ...initialAlarmState(), counted }, checkedAt: now };
}

/**
 * Sets the rules of a Step's webhook, at once; a worker looks at them within seconds. An alarm that no rule raises any
 * more is ended by it, and its targets are told. Throws `not_found` and `forbidden`.
 */
export async function setAlarmRules(
  ctx: AccountContext,
  { cycleId, stepId, rules }: { cycleId: string; stepId: string; rules: AlarmRules },
): Promise<AlarmView> {
  requireBuilder(ctx);
  const { id: webhookId } = await findWebhook(ctx, cycleId, stepId);
  const known = await ctx.db.webhookAlarm.findUnique({ where: { webhookId }, select: { nextCheckAt: true } });
  const now = await readNow(ctx.pool);
  const isNew = known === null || known.nextCheckAt === null;
  const begun = isNew ? await beginning(ctx, webhookId, now) : {};
  const nextCheckAt = isNew && !hasRules(rules) ? null : now;
  await ctx.db.webhookAlarm.upsert({
    where: { webhookId },
    create: { webhookId, rules, nextCheckAt, state: initialAlarmState(), ...begun },
    update: { rules, nextCheckAt, revision: { increment: 1 }, ...begun },
  });
  return readAlarm(ctx, webhookId);
}
