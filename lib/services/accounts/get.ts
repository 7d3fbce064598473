import type { AccountView } from "@/lib/contracts/accounts";
import type { Context } from "../context";
import { notFound } from "../errors";
import { enterAccount } from "./enter";
import { listAccounts } from "./list";

/** One account. Throws `not_found` for one that doesn't exist or isn't open to whoever asks. */
export async function getAccount(ctx: Context, accountId: string): Promise<AccountView> {
  const { accountId: id } = await enterAccount(ctx, accountId);
  const [account] = await listAccounts(ctx, { id });
  if (!account) throw notFound("account");
  return account;
}
