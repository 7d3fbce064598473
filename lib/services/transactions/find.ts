import { isUuid } from "@/lib/core/uuid7-range";
import type { AccountContext } from "../context";
import { notFound } from "../errors";

/** The Account's Transaction with this id. Throws `not_found`. */
export async function findTransaction(ctx: AccountContext, transactionId: string) {
  const transaction = isUuid(transactionId)
    ? await ctx.db.transaction.findFirst({ where: { id: transactionId, accountId: ctx.accountId } })
    : null;
  if (!transaction) throw notFound("transaction");
  return transaction;
}
