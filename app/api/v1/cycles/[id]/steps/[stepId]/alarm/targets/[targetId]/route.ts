import { withAccount } from "@/lib/http/route";
import { removeAlarmTarget } from "@/lib/services/alarms/remove-target";

type Params = { id: string; stepId: string; targetId: string };

export const DELETE = withAccount<Params>(async ({ params: { id: cycleId, stepId, targetId }, ctx }) => {
  await removeAlarmTarget(ctx, { cycleId, stepId, targetId });
  return new Response(null, { status: 204 });
});
