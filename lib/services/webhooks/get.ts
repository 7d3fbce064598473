import type { WebhookView } from "@/lib/contracts/webhooks";
import { isUuid } from "@/lib/core/uuid7-range";
import { type ListedWebhook, listWebhooks } from "@/lib/queue/list-webhooks";
import { type Context, requirePartnerAdmin } from "../context";
import { notFound } from "../errors";
import { toWebhookViews } from "./view";

/** One of the Partner's webhooks as a row. Throws `not_found` and `forbidden`. */
export async function findWebhook(ctx: Context, webhookId: string): Promise<ListedWebhook> {
  requirePartnerAdmin(ctx);
  const [row] = isUuid(webhookId)
    ? await listWebhooks(ctx.pool, { partnerId: ctx.partnerId, id: webhookId, limit: 1 })
    : [];
  if (!row) throw notFound("webhook");
  return row;
}

/** One of the Partner's webhooks, also when its Step or Cycle was deleted. Throws `not_found` and `forbidden`. */
export async function getWebhook(ctx: Context, webhookId: string): Promise<WebhookView> {
  const [view] = await toWebhookViews(ctx, [await findWebhook(ctx, webhookId)]);
  return view!;
}
