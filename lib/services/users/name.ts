import type { Context } from "../context";

/** The name of one of the Partner's users; null for none, or when an API key did it. */
export async function nameOfUser(ctx: Context, userId: string | null): Promise<string | null> {
  if (userId === null) return null;
  const user = await ctx.db.user.findFirst({ where: { id: userId, partnerId: ctx.partnerId }, select: { name: true } });
  return user?.name ?? null;
}
