import type { ReceiptPage, UnknownReceiptQuery } from "@/lib/contracts/webhooks";
import { type Context, requirePartnerAdmin } from "../context";
import { listReceipts } from "./list";

/** Receipts of requests to identifiers that no webhook has, or to one of these, newest first. Throws `invalid` and `forbidden`. */
export async function listUnknownReceipts(
  ctx: Context,
  { identifier, ...query }: UnknownReceiptQuery,
): Promise<ReceiptPage> {
  requirePartnerAdmin(ctx);
  return listReceipts(ctx, { webhookId: null, identifier }, query);
}
