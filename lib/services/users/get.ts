import type { UserView } from "@/lib/contracts/accounts";
import { isUuid } from "@/lib/core/uuid7-range";
import { type Context, requirePartnerAdmin } from "../context";
import { notFound } from "../errors";
import { toUserView, userColumns } from "./view";

/** One of the Partner's users. Throws `not_found` and `forbidden`. */
export async function getUser(ctx: Context, userId: string): Promise<UserView> {
  requirePartnerAdmin(ctx);
  const user = isUuid(userId)
    ? await ctx.db.user.findFirst({ where: { id: userId, partnerId: ctx.partnerId }, select: userColumns })
    : null;
  if (!user) throw notFound("user");
  return toUserView(user);
}
