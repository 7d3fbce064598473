import type { Pool } from "pg";
import type { PrismaClient } from "@/lib/db/client";
import { clearAttempts, forgiveAttempt } from "@/lib/queue/count-attempt";
import { ServiceError } from "../errors";
import { limitAttempts } from "./limit";
import { verifyPassword } from "./password";

const PER_EMAIL = 5;
const PER_ADDRESS = 30;

export type SignInInput = { email: string; password: string; clientIp: string };
export type SignedIn = { id: string; name: string; email: string; sessionVersion: number };

/**
 * Checks an e-mail address and a password. Throws `unauthenticated` when they don't fit, without saying which, and
 * `too_many_attempts` after 5 failures per e-mail address or 30 per client address in 15 minutes.
 */
export async function signIn({ db, pool }: { db: PrismaClient; pool: Pool }, input: SignInInput): Promise<SignedIn> {
  const email = input.email.trim().toLowerCase().slice(0, 254);
  const keys = { email: `email:${email}`, address: `address:${input.clientIp}` };
  await limitAttempts(pool, keys.address, PER_ADDRESS);
  await limitAttempts(pool, keys.email, PER_EMAIL);
  const user = await db.user.findFirst({ where: { email, disabledAt: null } });
  if (!(await verifyPassword(user?.passwordHash ?? null, input.password.slice(0, 200))) || !user)
    throw new ServiceError("unauthenticated", "The e-mail address or the password is wrong.");
  await clearAttempts(pool, keys.email);
  await forgiveAttempt(pool, keys.address);
  await db.user.update({ where: { id: user.id }, data: { lastSignInAt: new Date() } });
  return { id: user.id, name: user.name, email: user.email, sessionVersion: user.sessionVersion };
}
