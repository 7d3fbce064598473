import type { z } from "zod";
import { type AccountList, type AccountView, CreateAccountInput } from "@/lib/contracts/accounts";
import { readJson } from "@/lib/http/read-json";
import { withContext, withPartnerAdmin } from "@/lib/http/route";
import { createAccount } from "@/lib/services/accounts/create";
import { listAccounts } from "@/lib/services/accounts/list";

export const GET = withContext(async ({ ctx }) => {
  const entries = await listAccounts(ctx);
  return Response.json({ entries } satisfies z.infer<typeof AccountList>);
});

export const POST = withPartnerAdmin(async ({ request, ctx }) => {
  const input = CreateAccountInput.parse(await readJson(request));
  const account = await createAccount(ctx, input);
  return Response.json(account satisfies AccountView, { status: 201 });
});
