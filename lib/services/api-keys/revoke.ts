import { isUuid } from "@/lib/core/uuid7-range";
import { type Context, requirePartnerAdmin } from "../context";
import { notFound } from "../errors";

/** Ends an API key at once; it stays in the list. Nothing changes when it was revoked before. Throws `not_found` and `forbidden`. */
export async function revokeApiKey(ctx: Context, keyId: string): Promise<void> {
  requirePartnerAdmin(ctx);
  const where = { id: keyId, partnerId: ctx.partnerId };
  const key = isUuid(keyId) ? await ctx.db.apiKey.findFirst({ where, select: { revokedAt: true } }) : null;
  if (!key) throw notFound("API key");
  if (key.revokedAt === null) await ctx.db.apiKey.updateMany({ where, data: { revokedAt: new Date() } });
}
