import type { TransactionPage, TransactionQuery } from "@/lib/contracts/transactions";
import { firstUuid7At, isUuid } from "@/lib/core/uuid7-range";
import type { Prisma } from "@/lib/db/client";
import type { FoundIds } from "@/lib/queue/search-rows";
import { searchTransactions } from "@/lib/queue/search-transactions";
import type { AccountContext } from "../context";
import { requireCursor } from "../cursor";
import { transactionStateOf } from "./state";
import { summarizeTransactions, summaryColumns } from "./summarize";

/** Ids are made a little before acceptance; the slack only helps the index, `acceptedAt` decides. */
const ID_SLACK_MS = 10 * 60_000;

type Narrowed = Omit<TransactionQuery, "cursor"> & { before: string | undefined };

function whereOf(ctx: AccountContext, { cycleId, state, from, to, before }: Narrowed): Prisma.TransactionWhereInput {
  const around = (time: string, ms: number) => firstUuid7At(new Date(Date.parse(time) + ms));
  return {
    accountId: ctx.accountId,
    cycleId,
    state: state && transactionStateOf(state),
    acceptedAt: { gte: from, lte: to },
    id: { lt: before, gte: from && around(from, -ID_SLACK_MS), lte: to && around(to, ID_SLACK_MS) },
  };
}

async function findIds(ctx: AccountContext, narrowed: Narrowed): Promise<FoundIds> {
  const { q, limit } = narrowed;
  if (q) {
    const { cycleId, from, to, before } = narrowed;
    const state = narrowed.state && transactionStateOf(narrowed.state);
    const times = { from: from ? new Date(from) : undefined, to: to ? new Date(to) : undefined };
    return searchTransactions(ctx.pool, { accountId: ctx.accountId, cycleId, state, ...times, before, text: q, limit });
  }
  const where = whereOf(ctx, narrowed);
  const rows = await ctx.db.transaction.findMany({
    where,
    select: { id: true },
    orderBy: { id: "desc" },
    take: limit + 1,
  });
  const ids = rows.map(({ id }) => id);
  return ids.length > limit ? { ids: ids.slice(0, limit), next: ids[limit - 1]! } : { ids, next: null };
}

/**
 * The Account's Transactions, newest first, a page at a time. A text search may give a page with few or no entries and a
 * cursor to go on. Throws `invalid` for a cursor that isn't ours.
 */
export async function listTransactions(
  ctx: AccountContext,
  { cursor, ...query }: TransactionQuery,
): Promise<TransactionPage> {
  const before = requireCursor(cursor, isUuid);
  const { ids, next } = await findIds(ctx, { ...query, before });
  const rows = await ctx.db.transaction.findMany({
    where: { id: { in: ids }, accountId: ctx.accountId },
    select: summaryColumns,
    orderBy: { id: "desc" },
  });
  return { entries: await summarizeTransactions(ctx, rows), next };
}
