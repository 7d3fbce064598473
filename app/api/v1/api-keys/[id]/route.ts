import { withPartnerAdmin } from "@/lib/http/route";
import { revokeApiKey } from "@/lib/services/api-keys/revoke";

export const DELETE = withPartnerAdmin<{ id: string }>(async ({ params, ctx }) => {
  await revokeApiKey(ctx, params.id);
  return new Response(null, { status: 204 });
});
