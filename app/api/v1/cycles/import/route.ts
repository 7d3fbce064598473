import { CycleExport, type CycleView } from "@/lib/contracts/cycles";
import { readJson } from "@/lib/http/read-json";
import { withAccount } from "@/lib/http/route";
import { importCycle } from "@/lib/services/cycles/import";

export const POST = withAccount(async ({ request, ctx }) => {
  const file = CycleExport.parse(await readJson(request));
  return Response.json((await importCycle(ctx, file)) satisfies CycleView, { status: 201 });
});
