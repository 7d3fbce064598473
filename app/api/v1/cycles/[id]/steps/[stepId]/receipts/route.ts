import { type ReceiptPage, ReceiptQuery } from "@/lib/contracts/webhooks";
import { withAccount } from "@/lib/http/route";
import { listReceiptsOfStep } from "@/lib/services/receipts/list-of-step";

export const GET = withAccount<{ id: string; stepId: string }>(async ({ params: { id, stepId }, query, ctx }) => {
  const page = await listReceiptsOfStep(ctx, { cycleId: id, stepId }, ReceiptQuery.parse(query));
  return Response.json(page satisfies ReceiptPage);
});
