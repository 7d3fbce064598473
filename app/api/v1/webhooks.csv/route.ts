import { WebhookQuery } from "@/lib/contracts/webhooks";
import { csvResponse } from "@/lib/http/csv";
import { withPartnerAdmin } from "@/lib/http/route";
import { webhookCsvHeader, webhookCsvRows } from "@/lib/services/webhooks/csv";

export const GET = withPartnerAdmin(async ({ query, ctx }) => {
  const rows = await webhookCsvRows(ctx, WebhookQuery.parse(query));
  return csvResponse("webhooks.csv", webhookCsvHeader, rows);
});
