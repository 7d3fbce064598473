import type { UpdateUserInput, UserView } from "@/lib/contracts/accounts";
import { type Context, requirePartnerAdmin, type Tx } from "../context";
import { ServiceError } from "../errors";
import { roleOf } from "../roles";
import { forgetSession } from "../sessions/load";
import { hashPassword } from "../sessions/password";
import { getUser } from "./get";
import { setMemberships } from "./memberships";

/** Somebody must be able to let people in again. */
async function requireAnAdmin(tx: Tx, partnerId: string): Promise<void> {
  const admins = await tx.user.count({ where: { partnerId, role: "PARTNER_ADMIN", disabledAt: null } });
  if (admins === 0) throw new ServiceError("conflict", "This is the last partner admin. Make somebody else one first.");
}

/**
 * Changes a user. A new password or disabling ends all sessions of the user; other rights hold from the next use on. Throws `not_found`,
 * `forbidden`, and `conflict` when nobody would be partner admin any more.
 */
export async function updateUser(ctx: Context, userId: string, input: UpdateUserInput): Promise<UserView> {
  const before = await getUser(ctx, userId);
  requirePartnerAdmin(ctx);
  const passwordHash = input.password === undefined ? undefined : await hashPassword(input.password);
  const endsSessions = passwordHash !== undefined || input.disabled === true;
  await ctx.db.$transaction(
    async (tx) => {
      await tx.user.update({
        where: { id: before.id },
        data: {
          name: input.name,
          role: input.role && roleOf(input.role),
          passwordHash,
          disabledAt: input.disabled === undefined ? undefined : input.disabled ? new Date() : null,
          sessionVersion: endsSessions ? { increment: 1 } : undefined,
        },
      });
      if (input.accountIds) await setMemberships(tx, ctx, before.id, input.accountIds);
      await requireAnAdmin(tx, ctx.partnerId);
    },
    { isolationLevel: "Serializable" },
  );
  forgetSession(before.id);
  return getUser(ctx, before.id);
}
