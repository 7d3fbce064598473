import type { SetWebhookLimitsInput, WebhookLimitsView } from "@/lib/contracts/incidents";
import { notifyCycles } from "@/lib/queue/notify";
import { readBytesOfWebhook } from "@/lib/queue/stored-bytes";
import { type AccountContext, type Context, requireBuilder } from "../context";
import { findWebhook } from "../listen/find-webhook";
import { requireRate } from "./require-rate";

type Webhook = Awaited<ReturnType<typeof findWebhook>>;

async function toView({ pool }: Context, webhook: Webhook): Promise<WebhookLimitsView> {
  const { requestsPerSecond, requestBurst, storedBytesLimit, unfinishedLimit } = webhook;
  return {
    requestsPerSecond,
    requestBurst,
    storedBytesLimit: storedBytesLimit === null ? null : Number(storedBytesLimit),
    unfinishedLimit,
    storedBytes: await readBytesOfWebhook(pool, webhook.id),
  };
}

/** What the webhook of a Step may receive, and the bytes that it keeps. Throws `not_found`. */
export async function getWebhookLimits(
  ctx: AccountContext,
  cycleId: string,
  stepId: string,
): Promise<WebhookLimitsView> {
  return toView(ctx, await findWebhook(ctx, cycleId, stepId));
}

/**
 * Sets what the webhook of a Step may receive, from the next request on and on every machine. Throws `not_found`, `forbidden`, and
 * `invalid` for a burst without a rate.
 */
export async function setWebhookLimits(
  ctx: AccountContext,
  { cycleId, stepId }: { cycleId: string; stepId: string },
  { requestsPerSecond, requestBurst, storedBytesLimit, unfinishedLimit }: SetWebhookLimitsInput,
): Promise<WebhookLimitsView> {
  requireBuilder(ctx);
  requireRate({ requestsPerSecond, requestBurst });
  const { id } = await findWebhook(ctx, cycleId, stepId);
  const data = { requestsPerSecond, requestBurst, storedBytesLimit, unfinishedLimit };
  const webhook = await ctx.db.$transaction(async (tx) => {
    const updated = await tx.webhook.update({ where: { id }, data });
    await notifyCycles(tx, [updated.cycleId]);
    return updated;
  });
  return toView(ctx, webhook);
}
