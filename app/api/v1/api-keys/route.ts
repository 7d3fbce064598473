import type { z } from "zod";
import { type ApiKeyList, CreateApiKeyInput, type CreatedApiKey } from "@/lib/contracts/accounts";
import { readJson } from "@/lib/http/read-json";
import { withPartnerAdmin } from "@/lib/http/route";
import { createApiKey } from "@/lib/services/api-keys/create";
import { listApiKeys } from "@/lib/services/api-keys/list";

export const GET = withPartnerAdmin(async ({ ctx }) => {
  const entries = await listApiKeys(ctx);
  return Response.json({ entries } satisfies z.infer<typeof ApiKeyList>);
});

export const POST = withPartnerAdmin(async ({ request, ctx }) => {
  const input = CreateApiKeyInput.parse(await readJson(request));
  return Response.json((await createApiKey(ctx, input)) satisfies CreatedApiKey, { status: 201 });
});
