import type { ReceiptView } from "@/lib/contracts/webhooks";
import { withContext } from "@/lib/http/route";
import { getReceipt } from "@/lib/services/receipts/get";

export const GET = withContext<{ id: string }>(async ({ params, ctx }) =>
  Response.json((await getReceipt(ctx, params.id)) satisfies ReceiptView),
);
