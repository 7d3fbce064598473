import type { z } from "zod";
import type { CreateApiKeyInput, CreatedApiKey } from "@/lib/contracts/accounts";
import { enterAccount } from "../accounts/enter";
import { type Context, requirePartnerAdmin } from "../context";
import { ServiceError } from "../errors";
import { randomBase62 } from "../random-text";
import { roleOf } from "../roles";
import { hashKey, KEY_PREFIX } from "./authenticate";
import { apiKeyColumns, toApiKeyView } from "./view";

const KEY_BYTES = 32;
/** Enough to tell keys apart, too little to help in guessing one. */
const SHOWN_CHARACTERS = 6;

/**
 * Makes an API key for one account or for all of them; `key` can't be shown again. Throws `not_found` for an unknown
 * account, `invalid` for a partner admin's key of one account, and `forbidden`.
 */
export async function createApiKey(ctx: Context, input: z.infer<typeof CreateApiKeyInput>): Promise<CreatedApiKey> {
  requirePartnerAdmin(ctx);
  if (ctx.userId === null) throw new ServiceError("forbidden", "API keys can't make API keys. Sign in to make one.");
  if (input.accountId !== null) {
    await enterAccount(ctx, input.accountId);
    if (input.role === "partner-admin")
      throw new ServiceError(
        "invalid",
        "A key for one account is a builder's or a viewer's. Choose one of these roles.",
      );
  }
  const key = KEY_PREFIX + randomBase62(KEY_BYTES);
  const apiKey = await ctx.db.apiKey.create({
    data: {
      partnerId: ctx.partnerId,
      accountId: input.accountId,
      name: input.name,
      role: roleOf(input.role),
      prefix: key.slice(0, KEY_PREFIX.length + SHOWN_CHARACTERS),
      hash: hashKey(key),
      createdBy: ctx.userId,
    },
    select: apiKeyColumns,
  });
  return { apiKey: toApiKeyView(apiKey), key };
}
