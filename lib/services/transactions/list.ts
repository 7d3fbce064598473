import type { TransactionPage, TransactionQuery } from "@/lib/contracts/transactions";
import { isUuid } from "@/lib/core/uuid7-range";
import { searchTransactions } from "@/lib/queue/search-transactions";
import type { AccountContext } from "../context";
import { requireCursor } from "../cursor";
import { transactionStateOf } from "./state";
import { summarizeTransactions, summaryColumns } from "./summarize";

/**
 * The Account's Transactions, newest first, a page at a time. A text search may give a page with few or no entries and a
 * cursor to go on. Throws `invalid` for a cursor that isn't ours.
 */
export async function listTransactions(ctx: AccountContext, query: TransactionQuery): Promise<TransactionPage> {
  const { cycleId, state, from, to, q, limit } = query;
  const { ids, next } = await searchTransactions(ctx.pool, {
    accountId: ctx.accountId,
    cycleId,
    state: state && transactionStateOf(state),
    from: from === undefined ? undefined : new Date(from),
    to: to === undefined ? undefined : new Date(to),
    before: requireCursor(query.cursor, isUuid),
    text: q,
    limit,
  });
  const rows = await ctx.db.transaction.findMany({
    where: { id: { in: ids }, accountId: ctx.accountId },
    select: summaryColumns,
    orderBy: { id: "desc" },
  });
  return { entries: await summarizeTransactions(ctx, rows), next };
}
