import { ReceiptQuery } from "@/lib/contracts/webhooks";
import { csvResponse } from "@/lib/http/csv";
import { withPartnerAdmin } from "@/lib/http/route";
import { receiptCsvHeader, receiptCsvRows } from "@/lib/services/receipts/csv";
import { listReceiptsOfWebhook } from "@/lib/services/receipts/list-of-webhook";

export const GET = withPartnerAdmin<{ id: string }>(async ({ params, query, ctx }) => {
  const list = (page: ReceiptQuery) => listReceiptsOfWebhook(ctx, params.id, page);
  return csvResponse("receipts.csv", receiptCsvHeader, await receiptCsvRows(ReceiptQuery.parse(query), list));
});
