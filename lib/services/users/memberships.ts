import type { Context, Tx } from "../context";
import { notFound } from "../errors";

/** Makes these the accounts that a user may enter. Throws `not_found` when one of them isn't the Partner's. */
export async function setMemberships(tx: Tx, ctx: Context, userId: string, accountIds: string[]): Promise<void> {
  const wanted = [...new Set(accountIds)];
  const found = await tx.account.count({ where: { id: { in: wanted }, partnerId: ctx.partnerId, deletedAt: null } });
  if (found !== wanted.length) throw notFound("account");
  await tx.membership.deleteMany({ where: { userId } });
  await tx.membership.createMany({ data: wanted.map((accountId) => ({ userId, accountId })) });
}
