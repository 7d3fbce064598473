import type { ReceiptPage, ReceiptQuery, ReceiptSummary } from "@/lib/contracts/webhooks";
import { isUuid } from "@/lib/core/uuid7-range";
import type { Prisma } from "@/lib/db/client";
import { searchReceipts } from "@/lib/queue/search-receipts";
import type { FoundIds } from "@/lib/queue/search-rows";
import type { Context } from "../context";
import { requireCursor } from "../cursor";
import { outcomeName, outcomeOf } from "./outcome";

/** What a list needs of a Receipt: neither headers nor body. */
export const summaryColumns = {
  id: true,
  webhookId: true,
  identifier: true,
  receivedAt: true,
  method: true,
  clientIp: true,
  contentType: true,
  sizeBytes: true,
  outcome: true,
  reason: true,
  status: true,
  durationMs: true,
  transactionId: true,
} as const;

/** A Receipt without its headers and body. */
export function toReceiptSummary(row: Prisma.ReceiptGetPayload<{ select: typeof summaryColumns }>): ReceiptSummary {
  return { ...row, receivedAt: row.receivedAt.toISOString(), outcome: outcomeName(row.outcome) };
}

async function findIds(ctx: Context, webhookId: string, query: ReceiptQuery): Promise<FoundIds> {
  const { q, from, to, clientIp, limit } = query;
  const before = requireCursor(query.cursor, isUuid);
  const outcome = query.outcome && outcomeOf(query.outcome);
  if (q) {
    const times = { from: from ? new Date(from) : undefined, to: to ? new Date(to) : undefined };
    return searchReceipts(ctx.pool, { webhookId, outcome, ...times, clientIp, before, text: q, limit });
  }
  const where = { webhookId, outcome, clientIp, receivedAt: { gte: from, lte: to }, id: { lt: before } };
  const rows = await ctx.db.receipt.findMany({ where, select: { id: true }, orderBy: { id: "desc" }, take: limit + 1 });
  const ids = rows.map(({ id }) => id);
  return ids.length > limit ? { ids: ids.slice(0, limit), next: ids[limit - 1]! } : { ids, next: null };
}

/** Receipts of a webhook that whoever asks may see, newest first, a page at a time. Throws `invalid` for a foreign cursor. */
export async function listReceipts(ctx: Context, webhookId: string, query: ReceiptQuery): Promise<ReceiptPage> {
  const { ids, next } = await findIds(ctx, webhookId, query);
  const rows = await ctx.db.receipt.findMany({
    where: { id: { in: ids } },
    select: summaryColumns,
    orderBy: { id: "desc" },
  });
  return { entries: rows.map(toReceiptSummary), next };
}
