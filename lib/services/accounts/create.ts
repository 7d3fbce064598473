import type { AccountView, CreateAccountInput } from "@/lib/contracts/accounts";
import { type Context, requirePartnerAdmin } from "../context";
import { withUniqueValue } from "../unique";
import { getAccount } from "./get";

/** Adds an account. Throws `conflict` when the Partner has one with this name, and `forbidden`. */
export async function createAccount(ctx: Context, { name }: CreateAccountInput): Promise<AccountView> {
  requirePartnerAdmin(ctx);
  const { id } = await withUniqueValue(`Another account is called "${name}". Choose a different name.`, () =>
    ctx.db.account.create({ data: { partnerId: ctx.partnerId, name }, select: { id: true } }),
  );
  return getAccount(ctx, id);
}
