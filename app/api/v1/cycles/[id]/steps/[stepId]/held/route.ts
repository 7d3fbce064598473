import { type HeldPage, HeldQuery } from "@/lib/contracts/held";
import { withAccount } from "@/lib/http/route";
import { listHeldTransactions } from "@/lib/services/held/list";

export const GET = withAccount<{ id: string; stepId: string }>(async ({ params: { id, stepId }, query, ctx }) => {
  const page = await listHeldTransactions(ctx, { cycleId: id, stepId }, HeldQuery.parse(query));
  return Response.json(page satisfies HeldPage);
});
