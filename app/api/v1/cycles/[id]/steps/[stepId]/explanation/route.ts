import { ExplainRequestInput, type ExplanationView } from "@/lib/contracts/security";
import { readJson } from "@/lib/http/read-json";
import { withAccount } from "@/lib/http/route";
import { explainRequest } from "@/lib/services/webhooks/explain";

export const POST = withAccount<{ id: string; stepId: string }>(async ({ request, params: { id, stepId }, ctx }) => {
  const input = ExplainRequestInput.parse(await readJson(request));
  return Response.json((await explainRequest(ctx, { cycleId: id, stepId }, input)) satisfies ExplanationView);
});
