import type { z } from "zod";
import type { ChangePasswordInput } from "@/lib/contracts/accounts";
import { clearAttempts } from "@/lib/queue/count-attempt";
import type { Context } from "../context";
import { ServiceError } from "../errors";
import { limitAttempts } from "../sessions/limit";
import { forgetSession, type SessionClaim } from "../sessions/load";
import { hashPassword, verifyPassword } from "../sessions/password";

const GUESSES = 5;

/**
 * Changes the password of whoever is signed in, and ends all their sessions; the claim is for a new one. Throws
 * `forbidden` for API keys, `invalid` when the current password is wrong, and `too_many_attempts`.
 */
export async function changePassword(
  ctx: Context,
  { current, next }: z.infer<typeof ChangePasswordInput>,
): Promise<SessionClaim> {
  const { userId } = ctx;
  if (userId === null) throw new ServiceError("forbidden", "API keys have no password. Sign in to change yours.");
  await limitAttempts(ctx.pool, `password:${userId}`, GUESSES);
  const { passwordHash } = await ctx.db.user.findUniqueOrThrow({
    where: { id: userId },
    select: { passwordHash: true },
  });
  if (!(await verifyPassword(passwordHash, current)))
    throw new ServiceError("invalid", "The current password is wrong.");
  const { sessionVersion } = await ctx.db.user.update({
    where: { id: userId },
    data: { passwordHash: await hashPassword(next), sessionVersion: { increment: 1 } },
    select: { sessionVersion: true },
  });
  await clearAttempts(ctx.pool, `password:${userId}`);
  forgetSession(userId);
  return { userId, sessionVersion };
}
