import type { ReceiptPage, ReceiptQuery } from "@/lib/contracts/webhooks";
import type { AccountContext } from "../context";
import { findWebhook } from "../listen/find-webhook";
import { listReceipts } from "./list";

/** Receipts of a webhook Step of one of the Account's Cycles, newest first. Throws `not_found` and `invalid`. */
export async function listReceiptsOfStep(
  ctx: AccountContext,
  { cycleId, stepId }: { cycleId: string; stepId: string },
  query: ReceiptQuery,
): Promise<ReceiptPage> {
  const { id: webhookId } = await findWebhook(ctx, cycleId, stepId);
  return listReceipts(ctx, { webhookId }, query);
}
