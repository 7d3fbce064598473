import { type TransactionPage, TransactionQuery } from "@/lib/contracts/transactions";
import { withAccount } from "@/lib/http/route";
import { listTransactions } from "@/lib/services/transactions/list";

export const GET = withAccount(async ({ query, ctx }) => {
  const page = await listTransactions(ctx, TransactionQuery.parse(query));
  return Response.json(page satisfies TransactionPage);
});
