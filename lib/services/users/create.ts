import type { CreateUserInput, UserView } from "@/lib/contracts/accounts";
import { type Context, requirePartnerAdmin } from "../context";
import { roleOf } from "../roles";
import { hashPassword } from "../sessions/password";
import { withUniqueValue } from "../unique";
import { getUser } from "./get";
import { setMemberships } from "./memberships";

/** Adds a user. Throws `conflict` when the e-mail address is taken, `not_found` for an unknown account, and `forbidden`. */
export async function createUser(ctx: Context, input: CreateUserInput): Promise<UserView> {
  requirePartnerAdmin(ctx);
  const { name, email } = input;
  const passwordHash = await hashPassword(input.password);
  const userId = await withUniqueValue("A user with this e-mail address exists already.", () =>
    ctx.db.$transaction(async (tx) => {
      const role = roleOf(input.role);
      const user = await tx.user.create({ data: { partnerId: ctx.partnerId, name, email, passwordHash, role } });
      await setMemberships(tx, ctx, user.id, input.accountIds);
      return user.id;
    }),
  );
  return getUser(ctx, userId);
}
