import type { ApiKeyView } from "@/lib/contracts/accounts";
import type { Prisma } from "@/lib/db/client";
import { roleName } from "../roles";

/** What a view of a key is made from. */
export const apiKeyColumns = {
  id: true,
  name: true,
  prefix: true,
  role: true,
  account: { select: { id: true, name: true } },
  createdAt: true,
  lastUsedAt: true,
  revokedAt: true,
} as const;

/** A key as partner admins see it: enough to recognise it, nothing to use it. */
export function toApiKeyView(key: Prisma.ApiKeyGetPayload<{ select: typeof apiKeyColumns }>): ApiKeyView {
  return {
    ...key,
    role: roleName(key.role),
    createdAt: key.createdAt.toISOString(),
    lastUsedAt: key.lastUsedAt?.toISOString() ?? null,
    revokedAt: key.revokedAt?.toISOString() ?? null,
  };
}
