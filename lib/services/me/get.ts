import type { MeView } from "@/lib/contracts/accounts";
import { openAccounts } from "../accounts/list";
import type { Context } from "../context";
import { roleName } from "../roles";

/** Who is asking, and the accounts open to them, by name. */
export async function getMe(ctx: Context): Promise<MeView> {
  const [user, accounts] = await Promise.all([
    ctx.userId ? ctx.db.user.findUnique({ where: { id: ctx.userId }, select: { name: true, email: true } }) : null,
    ctx.db.account.findMany({ where: openAccounts(ctx), select: { id: true, name: true }, orderBy: { name: "asc" } }),
  ]);
  return {
    id: ctx.userId,
    name: user?.name ?? "API key",
    email: user?.email ?? null,
    role: roleName(ctx.role),
    accounts,
  };
}
