import { AddAlarmTargetInput, type AddedAlarmTarget } from "@/lib/contracts/alarms";
import { readJson } from "@/lib/http/read-json";
import { withAccount } from "@/lib/http/route";
import { addAlarmTarget } from "@/lib/services/alarms/add-target";

type Params = { id: string; stepId: string };

export const POST = withAccount<Params>(async ({ request, params: { id: cycleId, stepId }, ctx }) => {
  const input = AddAlarmTargetInput.parse(await readJson(request));
  const added = await addAlarmTarget(ctx, { cycleId, stepId, input });
  return Response.json(added satisfies AddedAlarmTarget, { status: 201 });
});
