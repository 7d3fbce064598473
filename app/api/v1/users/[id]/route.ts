import { UpdateUserInput, type UserView } from "@/lib/contracts/accounts";
import { readJson } from "@/lib/http/read-json";
import { withPartnerAdmin } from "@/lib/http/route";
import { getUser } from "@/lib/services/users/get";
import { updateUser } from "@/lib/services/users/update";

type Params = { id: string };

export const GET = withPartnerAdmin<Params>(async ({ params, ctx }) =>
  Response.json((await getUser(ctx, params.id)) satisfies UserView),
);

export const PATCH = withPartnerAdmin<Params>(async ({ request, params, ctx }) => {
  const input = UpdateUserInput.parse(await readJson(request));
  return Response.json((await updateUser(ctx, params.id, input)) satisfies UserView);
});
