import { type AccountView, UpdateAccountInput } from "@/lib/contracts/accounts";
import { readJson } from "@/lib/http/read-json";
import { withContext, withPartnerAdmin } from "@/lib/http/route";
import { getAccount } from "@/lib/services/accounts/get";
import { updateAccount } from "@/lib/services/accounts/update";

type Params = { id: string };

export const GET = withContext<Params>(async ({ params, ctx }) =>
  Response.json((await getAccount(ctx, params.id)) satisfies AccountView),
);

export const PATCH = withPartnerAdmin<Params>(async ({ request, params, ctx }) => {
  const input = UpdateAccountInput.parse(await readJson(request));
  return Response.json((await updateAccount(ctx, params.id, input)) satisfies AccountView);
});
