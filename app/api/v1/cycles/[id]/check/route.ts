import type { CheckResult } from "@/lib/contracts/cycles";
import { withAccount } from "@/lib/http/route";
import { checkCycle } from "@/lib/services/cycles/check";

export const GET = withAccount<{ id: string }>(async ({ params, ctx }) => {
  const problems = await checkCycle(ctx, params.id);
  return Response.json({ problems } satisfies CheckResult);
});
