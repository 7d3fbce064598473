import type { TransactionView } from "@/lib/contracts/transactions";
import { withAccount } from "@/lib/http/route";
import { getTransaction } from "@/lib/services/transactions/get";

export const GET = withAccount<{ id: string }>(async ({ params, ctx }) =>
  Response.json((await getTransaction(ctx, params.id)) satisfies TransactionView),
);
