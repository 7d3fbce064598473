import { PasteSampleInput, type StepSampleView } from "@/lib/contracts/cycles";
import { readJson } from "@/lib/http/read-json";
import { withAccount } from "@/lib/http/route";
import { pasteSample } from "@/lib/services/samples/paste";
import { removeSample } from "@/lib/services/samples/remove";

type Params = { id: string; stepId: string };

export const PUT = withAccount<Params>(async ({ request, params, ctx }) => {
  const input = PasteSampleInput.parse(await readJson(request));
  return Response.json((await pasteSample(ctx, params.id, params.stepId, input)) satisfies StepSampleView);
});

export const DELETE = withAccount<Params>(async ({ params, ctx }) => {
  await removeSample(ctx, params.id, params.stepId);
  return new Response(null, { status: 204 });
});
