import type { WebhookView } from "@/lib/contracts/webhooks";
import { withPartnerAdmin } from "@/lib/http/route";
import { getWebhook } from "@/lib/services/webhooks/get";

export const GET = withPartnerAdmin<{ id: string }>(async ({ params, ctx }) =>
  Response.json((await getWebhook(ctx, params.id)) satisfies WebhookView),
);
