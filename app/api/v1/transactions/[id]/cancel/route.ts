import { withAccount } from "@/lib/http/route";
import { cancelTransaction } from "@/lib/services/transactions/cancel";

export const POST = withAccount<{ id: string }>(async ({ params, ctx }) => {
  await cancelTransaction(ctx, params.id);
  return new Response(null, { status: 204 });
});
