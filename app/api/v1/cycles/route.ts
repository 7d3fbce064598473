import type { z } from "zod";
import { CreateCycleInput, type CycleList, CycleListQuery, type CycleView } from "@/lib/contracts/cycles";
import { readJson } from "@/lib/http/read-json";
import { withAccount } from "@/lib/http/route";
import { createCycle } from "@/lib/services/cycles/create";
import { listCycles } from "@/lib/services/cycles/list";

export const GET = withAccount(async ({ query, ctx }) => {
  const entries = await listCycles(ctx, CycleListQuery.parse(query));
  return Response.json({ entries } satisfies z.infer<typeof CycleList>);
});

export const POST = withAccount(async ({ request, ctx }) => {
  const input = CreateCycleInput.parse(await readJson(request));
  return Response.json((await createCycle(ctx, input)) satisfies CycleView, { status: 201 });
});
