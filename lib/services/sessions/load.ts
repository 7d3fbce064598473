import type { Pool } from "pg";
import { isUuid } from "@/lib/core/uuid7-range";
import type { PrismaClient } from "@/lib/db/client";
import type { Context } from "../context";

/** What a signed-in browser carries. */
export type SessionClaim = { userId: string; sessionVersion: number };

type Known = Pick<Context, "partnerId" | "role" | "accounts"> & { sessionVersion: number };

/** How long a user's rights are taken from memory, in milliseconds: how late a session ends that was ended elsewhere. */
const CACHE_MS = 2_000;
const MOST_CACHED = 1_000;

const cache = new Map<string, { until: number; user: Promise<Known | null> }>();

async function readUser(db: PrismaClient, id: string): Promise<Known | null> {
  const user = await db.user.findFirst({
    where: { id, disabledAt: null },
    select: { partnerId: true, role: true, sessionVersion: true, memberships: { select: { accountId: true } } },
  });
  if (!user) return null;
  const { partnerId, role, sessionVersion } = user;
  const accounts = role === "PARTNER_ADMIN" ? "all" : new Set(user.memberships.map(({ accountId }) => accountId));
  return { partnerId, role, sessionVersion, accounts };
}

/** Makes the next use of a user's session look at the database again. */
export const forgetSession = (userId: string): void => void cache.delete(userId);

function cachedUser(db: PrismaClient, userId: string, now: number): Promise<Known | null> {
  const entry = cache.get(userId);
  if (entry && entry.until > now) return entry.user;
  if (cache.size >= MOST_CACHED) cache.clear();
  const user = readUser(db, userId);
  user.catch(() => cache.delete(userId));
  cache.set(userId, { until: now + CACHE_MS, user });
  return user;
}

/**
 * The context of a signed-in user; null when the user was disabled or the session was ended. Nobody is refused on memory
 * alone: whoever has just changed the password and signed in again is newer than what is remembered.
 */
export async function loadSession(
  { db, pool }: { db: PrismaClient; pool: Pool },
  { userId, sessionVersion }: SessionClaim,
  now = Date.now(),
): Promise<Context | null> {
  if (!isUuid(userId)) return null;
  let user = await cachedUser(db, userId, now);
  if (user?.sessionVersion !== sessionVersion) {
    forgetSession(userId);
    user = await cachedUser(db, userId, now);
  }
  if (!user || user.sessionVersion !== sessionVersion) return null;
  return { db, pool, userId, partnerId: user.partnerId, role: user.role, accounts: user.accounts };
}
