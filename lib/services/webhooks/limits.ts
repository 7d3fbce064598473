import type { WebhookLimits } from "@/lib/contracts/incidents";
import { notifyCycles } from "@/lib/queue/notify";
import { type AccountContext, requireBuilder } from "../context";
import { findWebhook } from "../listen/find-webhook";
import { requireRate } from "./require-rate";

/** What the webhook of a Step may receive. Throws `not_found`. */
export async function getWebhookLimits(ctx: AccountContext, cycleId: string, stepId: string): Promise<WebhookLimits> {
  const { requestsPerSecond, requestBurst } = await findWebhook(ctx, cycleId, stepId);
  return { requestsPerSecond, requestBurst };
}

/** Sets what the webhook of a Step may receive, from the next request on and on every machine. Throws `not_found`, `forbidden`, and `invalid` for a burst without a rate. */
export async function setWebhookLimits(
  ctx: AccountContext,
  { cycleId, stepId }: { cycleId: string; stepId: string },
  { requestsPerSecond, requestBurst }: WebhookLimits,
): Promise<WebhookLimits> {
  requireBuilder(ctx);
  requireRate({ requestsPerSecond, requestBurst });
  const webhook = await findWebhook(ctx, cycleId, stepId);
  await ctx.db.$transaction(async (tx) => {
    await tx.webhook.update({ where: { id: webhook.id }, data: { requestsPerSecond, requestBurst } });
    await notifyCycles(tx, [webhook.cycleId]);
  });
  return { requestsPerSecond, requestBurst };
}
