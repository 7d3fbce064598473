import { isUuid } from "@/lib/core/uuid7-range";
import type { AccountContext, Context } from "../context";
import { notFound } from "../errors";

/**
 * The context inside an account. Throws `not_found` for an account that doesn't exist or isn't open to whoever asks;
 * `thing` is what they looked for in it.
 */
export async function enterAccount(ctx: Context, accountId: string, thing = "account"): Promise<AccountContext> {
  const open = isUuid(accountId) && (ctx.accounts === "all" || ctx.accounts.has(accountId.toLowerCase()));
  const account = open
    ? await ctx.db.account.findFirst({
        where: { id: accountId, partnerId: ctx.partnerId, deletedAt: null },
        select: { id: true },
      })
    : null;
  if (!account) throw notFound(thing);
  return { ...ctx, accountId: account.id };
}

/** The context inside the account that a Cycle belongs to. Throws `not_found` when it isn't open to whoever asks. */
export async function enterAccountOfCycle(ctx: Context, cycleId: string): Promise<AccountContext> {
  const where = { id: cycleId, account: { partnerId: ctx.partnerId }, deletedAt: null };
  const cycle = isUuid(cycleId) ? await ctx.db.cycle.findFirst({ where, select: { accountId: true } }) : null;
  if (!cycle) throw notFound("cycle");
  return enterAccount(ctx, cycle.accountId, "cycle");
}
