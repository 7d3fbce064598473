import { type CycleView, UpdateCycleInput } from "@/lib/contracts/cycles";
import { readJson } from "@/lib/http/read-json";
import { withAccount } from "@/lib/http/route";
import { deleteCycle } from "@/lib/services/cycles/delete";
import { getCycle } from "@/lib/services/cycles/get";
import { updateCycle } from "@/lib/services/cycles/update";

type Params = { id: string };

export const GET = withAccount<Params>(async ({ params, ctx }) =>
  Response.json((await getCycle(ctx, params.id)) satisfies CycleView),
);

export const PATCH = withAccount<Params>(async ({ request, params, ctx }) => {
  const input = UpdateCycleInput.parse(await readJson(request));
  return Response.json((await updateCycle(ctx, params.id, input)) satisfies CycleView);
});

export const DELETE = withAccount<Params>(async ({ params, ctx }) => {
  await deleteCycle(ctx, params.id);
  return new Response(null, { status: 204 });
});
