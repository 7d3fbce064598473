import { DiscardHeldInput, type HoldView } from "@/lib/contracts/incidents";
import { readJson } from "@/lib/http/read-json";
import { withContext } from "@/lib/http/route";
import { discardHeld } from "@/lib/services/holds/discard";

export const POST = withContext<{ id: string }>(async ({ request, params, ctx }) => {
  const input = DiscardHeldInput.parse(await readJson(request));
  return Response.json((await discardHeld(ctx, params.id, input)) satisfies HoldView);
});
