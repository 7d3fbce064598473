import type { ReceiptView } from "@/lib/contracts/webhooks";
import { isUuid } from "@/lib/core/uuid7-range";
import { enterAccount } from "../accounts/enter";
import { type Context, isPartnerAdmin } from "../context";
import { notFound } from "../errors";
import { shownAnswer } from "./answer";
import { bodyText } from "./body-text";
import { toReceiptSummary } from "./list";

/** Receipts of an account are for whoever may enter it, those of unknown identifiers for partner admins. */
async function requireOpen(ctx: Context, accountId: string | null): Promise<void> {
  if (accountId !== null) await enterAccount(ctx, accountId, "receipt");
  else if (!isPartnerAdmin(ctx)) throw notFound("receipt");
}

/** A Receipt with the whole request and its answer. Throws `not_found`. */
export async function getReceipt(ctx: Context, receiptId: string): Promise<ReceiptView> {
  const receipt = isUuid(receiptId) ? await ctx.db.receipt.findUnique({ where: { id: receiptId } }) : null;
  if (!receipt) throw notFound("receipt");
  await requireOpen(ctx, receipt.accountId);
  const transaction = receipt.transactionId
    ? await ctx.db.transaction.findUnique({ where: { id: receipt.transactionId } })
    : null;
  const { body, bodyCut, accountId, cycleId, query, headers, ...row } = receipt;
  const bytes = Buffer.from(body ?? []);
  const text = bodyText(bytes, receipt.contentType, bodyCut);
  return {
    ...toReceiptSummary(row),
    accountId,
    cycleId,
    query,
    headers: headers as [string, string][],
    body: { text, base64: text === null ? bytes.toString("base64") : null, cut: bodyCut },
    answer: shownAnswer(receipt, transaction),
  };
}
