import { isUuid } from "@/lib/core/uuid7-range";
import type { AccountContext, Context } from "../context";
import { notFound } from "../errors";

/** The context inside an account. Throws `not_found` for an account that doesn't exist or isn't open to whoever asks. */
export async function enterAccount(ctx: Context, accountId: string): Promise<AccountContext> {
  const open = isUuid(accountId) && (ctx.accounts === "all" || ctx.accounts.has(accountId.toLowerCase()));
  const account = open
    ? await ctx.db.account.findFirst({
        where: { id: accountId, partnerId: ctx.partnerId, deletedAt: null },
        select: { id: true },
      })
    : null;
  if (!account) throw notFound("account");
  return { ...ctx, accountId: account.id };
}
