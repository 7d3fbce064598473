import type { ReceiptPage, ReceiptQuery } from "@/lib/contracts/webhooks";
import type { Context } from "../context";
import { findWebhook } from "../webhooks/get";
import { listReceipts } from "./list";

/** Receipts of one of the Partner's webhooks, newest first. Throws `not_found`, `invalid` and `forbidden`. */
export async function listReceiptsOfWebhook(
  ctx: Context,
  webhookId: string,
  query: ReceiptQuery,
): Promise<ReceiptPage> {
  const { id } = await findWebhook(ctx, webhookId);
  return listReceipts(ctx, { webhookId: id }, query);
}
