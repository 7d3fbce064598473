import { type AllowedIpsView, SetAllowedIpsInput } from "@/lib/contracts/security";
import { readJson } from "@/lib/http/read-json";
import { withAccount } from "@/lib/http/route";
import { getAllowedIps, setAllowedIps } from "@/lib/services/webhooks/allowed-ips";

type Params = { id: string; stepId: string };

export const GET = withAccount<Params>(async ({ params: { id, stepId }, ctx }) =>
  Response.json((await getAllowedIps(ctx, id, stepId)) satisfies AllowedIpsView),
);

export const PUT = withAccount<Params>(async ({ request, params: { id, stepId }, ctx }) => {
  const input = SetAllowedIpsInput.parse(await readJson(request));
  return Response.json((await setAllowedIps(ctx, { cycleId: id, stepId }, input)) satisfies AllowedIpsView);
});
