import { DrainHoldInput, type HoldView } from "@/lib/contracts/incidents";
import { readJson } from "@/lib/http/read-json";
import { withContext } from "@/lib/http/route";
import { drainHold } from "@/lib/services/holds/drain";

export const POST = withContext<{ id: string }>(async ({ request, params, ctx }) => {
  const input = DrainHoldInput.parse(await readJson(request));
  return Response.json((await drainHold(ctx, params.id, input)) satisfies HoldView);
});
