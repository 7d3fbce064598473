import { type ReceiptPage, UnknownReceiptQuery } from "@/lib/contracts/webhooks";
import { withPartnerAdmin } from "@/lib/http/route";
import { listUnknownReceipts } from "@/lib/services/receipts/list-of-unknown";

export const GET = withPartnerAdmin(async ({ query, ctx }) => {
  const page = await listUnknownReceipts(ctx, UnknownReceiptQuery.parse(query));
  return Response.json(page satisfies ReceiptPage);
});
