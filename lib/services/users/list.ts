import type { UserView } from "@/lib/contracts/accounts";
import { type Context, requirePartnerAdmin } from "../context";
import { toUserView, userColumns } from "./view";

/** The Partner's users by name, disabled ones too. Throws `forbidden`. */
export async function listUsers(ctx: Context): Promise<UserView[]> {
  requirePartnerAdmin(ctx);
  const users = await ctx.db.user.findMany({
    where: { partnerId: ctx.partnerId },
    select: userColumns,
    orderBy: [{ name: "asc" }, { id: "asc" }],
  });
  return users.map(toUserView);
}
