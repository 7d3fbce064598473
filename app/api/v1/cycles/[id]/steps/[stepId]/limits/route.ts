import { SetWebhookLimitsInput, type WebhookLimitsView } from "@/lib/contracts/incidents";
import { readJson } from "@/lib/http/read-json";
import { withAccount } from "@/lib/http/route";
import { getWebhookLimits, setWebhookLimits } from "@/lib/services/webhooks/limits";

type Params = { id: string; stepId: string };

export const GET = withAccount<Params>(async ({ params, ctx }) =>
  Response.json((await getWebhookLimits(ctx, params.id, params.stepId)) satisfies WebhookLimitsView),
);

export const PUT = withAccount<Params>(async ({ request, params: { id, stepId }, ctx }) => {
  const limits = SetWebhookLimitsInput.parse(await readJson(request));
  return Response.json((await setWebhookLimits(ctx, { cycleId: id, stepId }, limits)) satisfies WebhookLimitsView);
});
