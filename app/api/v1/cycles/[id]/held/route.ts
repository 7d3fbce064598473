import type { HeldCounts } from "@/lib/contracts/held";
import { withAccount } from "@/lib/http/route";
import { countHeldTransactions } from "@/lib/services/held/count";

export const GET = withAccount<{ id: string }>(async ({ params, ctx }) => {
  const counts = await countHeldTransactions(ctx, params.id);
  return Response.json(counts satisfies HeldCounts);
});
