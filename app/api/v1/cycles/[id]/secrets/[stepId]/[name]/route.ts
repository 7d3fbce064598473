import { SetSecretInput } from "@/lib/contracts/cycles";
import { readJson } from "@/lib/http/read-json";
import { withAccount } from "@/lib/http/route";
import { removeSecret } from "@/lib/services/secrets/remove";
import { setSecret } from "@/lib/services/secrets/set";

type Params = { id: string; stepId: string; name: string };

export const PUT = withAccount<Params>(async ({ request, params: { id, ...place }, ctx }) => {
  const { value } = SetSecretInput.parse(await readJson(request));
  await setSecret(ctx, id, { ...place, value });
  return new Response(null, { status: 204 });
});

export const DELETE = withAccount<Params>(async ({ params: { id, ...place }, ctx }) => {
  await removeSecret(ctx, id, place);
  return new Response(null, { status: 204 });
});
