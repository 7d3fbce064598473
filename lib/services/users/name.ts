import type { Context } from "../context";

/** The names of some of the Partner's users, by id. Nulls (an API key did it) are left out. */
export async function namesOfUsers(ctx: Context, userIds: (string | null)[]): Promise<Map<string, string>> {
  const ids = [...new Set(userIds.filter((id) => id !== null))];
  if (ids.length === 0) return new Map();
  const users = await ctx.db.user.findMany({
    where: { id: { in: ids }, partnerId: ctx.partnerId },
    select: { id: true, name: true },
  });
  return new Map(users.map(({ id, name }) => [id, name]));
}

/** The name of one of the Partner's users; null for none, or when an API key did it. */
export async function nameOfUser(ctx: Context, userId: string | null): Promise<string | null> {
  return [...(await namesOfUsers(ctx, [userId])).values()][0] ?? null;
}
