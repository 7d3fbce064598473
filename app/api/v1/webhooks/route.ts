import type { z } from "zod";
import { type WebhookPage, WebhookQuery } from "@/lib/contracts/webhooks";
import { withPartnerAdmin } from "@/lib/http/route";
import { listWebhooks } from "@/lib/services/webhooks/list";

export const GET = withPartnerAdmin(async ({ query, ctx }) => {
  const page = await listWebhooks(ctx, WebhookQuery.parse(query));
  return Response.json(page satisfies z.infer<typeof WebhookPage>);
});
