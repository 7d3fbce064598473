import { withAccount } from "@/lib/http/route";
import { makeSecretCurrent } from "@/lib/services/secrets/make-current";

export const POST = withAccount<{ id: string; stepId: string }>(async ({ params, ctx }) => {
  await makeSecretCurrent(ctx, params.id, params.stepId);
  return new Response(null, { status: 204 });
});
