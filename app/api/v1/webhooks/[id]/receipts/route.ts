import { type ReceiptPage, ReceiptQuery } from "@/lib/contracts/webhooks";
import { withPartnerAdmin } from "@/lib/http/route";
import { listReceiptsOfWebhook } from "@/lib/services/receipts/list-of-webhook";

export const GET = withPartnerAdmin<{ id: string }>(async ({ params, query, ctx }) => {
  const page = await listReceiptsOfWebhook(ctx, params.id, ReceiptQuery.parse(query));
  return Response.json(page satisfies ReceiptPage);
});
