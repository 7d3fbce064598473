import { type AlarmView, SetAlarmInput } from "@/lib/contracts/alarms";
import { readJson } from "@/lib/http/read-json";
import { withAccount } from "@/lib/http/route";
import { getAlarm } from "@/lib/services/alarms/get";
import { setAlarmRules } from "@/lib/services/alarms/set";

type Params = { id: string; stepId: string };

export const GET = withAccount<Params>(async ({ params, ctx }) =>
  Response.json((await getAlarm(ctx, params.id, params.stepId)) satisfies AlarmView),
);

export const PUT = withAccount<Params>(async ({ request, params: { id: cycleId, stepId }, ctx }) => {
  const rules = SetAlarmInput.parse(await readJson(request));
  return Response.json((await setAlarmRules(ctx, { cycleId, stepId, rules })) satisfies AlarmView);
});
