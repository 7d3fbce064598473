import { type CycleView, StartInput } from "@/lib/contracts/cycles";
import { readJson } from "@/lib/http/read-json";
import { withAccount } from "@/lib/http/route";
import { startCycle } from "@/lib/services/cycles/start";

export const POST = withAccount<{ id: string }>(async ({ request, params, ctx }) => {
  const input = StartInput.parse(await readJson(request));
  return Response.json((await startCycle(ctx, params.id, input)) satisfies CycleView);
});
