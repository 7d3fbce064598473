import type { ApiKeyView } from "@/lib/contracts/accounts";
import { type Context, requirePartnerAdmin } from "../context";
import { apiKeyColumns, toApiKeyView } from "./view";

/** The Partner's API keys, newest first, revoked ones too. Throws `forbidden`. */
export async function listApiKeys(ctx: Context): Promise<ApiKeyView[]> {
  requirePartnerAdmin(ctx);
  const keys = await ctx.db.apiKey.findMany({
    where: { partnerId: ctx.partnerId },
    select: apiKeyColumns,
    orderBy: { id: "desc" },
  });
  return keys.map(toApiKeyView);
}
