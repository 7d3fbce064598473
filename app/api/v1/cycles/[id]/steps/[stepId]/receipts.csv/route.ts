import { ReceiptQuery } from "@/lib/contracts/webhooks";
import { csvResponse } from "@/lib/http/csv";
import { withContext } from "@/lib/http/route";
import { enterAccountOfCycle } from "@/lib/services/accounts/enter";
import { receiptCsvHeader, receiptCsvRows } from "@/lib/services/receipts/csv";
import { listReceiptsOfStep } from "@/lib/services/receipts/list-of-step";

/** The account is the cycle's: a link that a browser follows can't name one in a header. */
export const GET = withContext<{ id: string; stepId: string }>(async ({ params: { id, stepId }, query, ctx }) => {
  const account = await enterAccountOfCycle(ctx, id);
  const list = (page: ReceiptQuery) => listReceiptsOfStep(account, { cycleId: id, stepId }, page);
  return csvResponse("receipts.csv", receiptCsvHeader, await receiptCsvRows(ReceiptQuery.parse(query), list));
});
