import type { ReceiptPage, ReceiptQuery, ReceiptSummary } from "@/lib/contracts/webhooks";
import { isUuid } from "@/lib/core/uuid7-range";
import type { Prisma } from "@/lib/db/client";
import { searchReceipts } from "@/lib/queue/search-receipts";
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

/** Receipts of a webhook that whoever asks may see, newest first, a page at a time. Throws `invalid` for a foreign cursor. */
export async function listReceipts(ctx: Context, webhookId: string, query: ReceiptQuery): Promise<ReceiptPage> {
  const { outcome, from, to, clientIp, q, limit } = query;
  const { ids, next } = await searchReceipts(ctx.pool, {
    webhookId,
    outcome: outcome && outcomeOf(outcome),
    from: from === undefined ? undefined : new Date(from),
    to: to === undefined ? undefined : new Date(to),
    clientIp,
    before: requireCursor(query.cursor, isUuid),
    text: q,
    limit,
  });
  const rows = await ctx.db.receipt.findMany({
    where: { id: { in: ids } },
    select: summaryColumns,
    orderBy: { id: "desc" },
  });
  return { entries: rows.map(toReceiptSummary), next };
}
