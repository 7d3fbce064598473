import { createHash } from "node:crypto";
import type { Pool } from "pg";
import type { PrismaClient } from "@/lib/db/client";
import type { Context } from "../context";

export const KEY_PREFIX = "spk_";

/** How long `lastUsedAt` may be behind, in milliseconds: a write per request would cost more than it tells. */
const USE_NOTED_MS = 60_000;

/** What is stored of a key. A slow hash would add nothing: keys have 256 random bits. */
export const hashKey = (key: string): string => createHash("sha256").update(key).digest("hex");

/** The context of a key's holder and the account that the key is for; null for a key that doesn't exist or was revoked. */
export async function authenticateKey(
  { db, pool }: { db: PrismaClient; pool: Pool },
  key: string,
  now = new Date(),
): Promise<{ ctx: Context; accountId: string | null; keyId: string } | null> {
  if (!key.startsWith(KEY_PREFIX)) return null;
  const row = await db.apiKey.findUnique({ where: { hash: hashKey(key) } });
  if (!row || row.revokedAt !== null) return null;
  if (row.lastUsedAt === null || now.getTime() - row.lastUsedAt.getTime() >= USE_NOTED_MS)
    await db.apiKey.update({ where: { id: row.id }, data: { lastUsedAt: now } });
  const { accountId, partnerId, role } = row;
  const accounts = accountId === null ? "all" : new Set([accountId]);
  return { ctx: { db, pool, partnerId, userId: null, role, accounts }, accountId, keyId: row.id };
}
