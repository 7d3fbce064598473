import type { ReceiptPage, ReceiptQuery, ReceiptSummary } from "@/lib/contracts/webhooks";
import { clientIp as addressIn } from "@/lib/core/cidr";
import { isUuid } from "@/lib/core/uuid7-range";
import type { Prisma } from "@/lib/db/client";
import { UNKNOWN_WEBHOOK_ID } from "@/lib/queue/receipts";
import { searchReceipts } from "@/lib/queue/search-receipts";
import type { Context } from "../context";
import { requireCursor } from "../cursor";
import { withAnswers } from "./noted-answers";
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
  duplicateOf: true,
} as const;

/** A Receipt without its headers and body. */
export function toReceiptSummary(row: Prisma.ReceiptGetPayload<{ select: typeof summaryColumns }>): ReceiptSummary {
  return { ...row, receivedAt: row.receivedAt.toISOString(), outcome: outcomeName(row.outcome) };
}

/** What is before any request stands for all of them: of the year 0 databases make different things. */
const readTime = (text: string) => new Date(Math.max(0, Date.parse(text)));

const HOUR_MS = 3_600_000;
/** Refused requests are kept for so long, so that of an earlier time all are missing. */
const REFUSED_MS = 7 * 24 * HOUR_MS;

/** How many requests of the hours asked for got no receipt. */
async function countUnrecorded(ctx: Context, webhookId: string, { from, to, outcome }: ReceiptQuery): Promise<number> {
  const since = from === undefined ? Date.now() - REFUSED_MS : readTime(from).getTime();
  const { _sum } = await ctx.db.receiptCount.aggregate({
    _sum: { unrecorded: true },
    where: {
      webhookId,
      hour: { gte: new Date(since - (since % HOUR_MS)), lte: to === undefined ? undefined : readTime(to) },
      outcome: outcome && outcomeOf(outcome),
    },
  });
  return _sum.unrecorded ?? 0;
}

/** A webhook; or identifiers that no webhook has, or one of these. */
export type ReceiptPlace = { webhookId: string } | { webhookId: null; identifier: string | undefined };

/** An address as receipts have it, however it was written; another text stays, and is found nowhere. */
const readAddress = (text: string) => addressIn({ socketIp: text, forwardedFor: undefined, trustedProxies: [] });

/** Receipts that whoever asks may see, newest first, a page at a time. Throws `invalid` for a foreign cursor. */
export async function listReceipts(ctx: Context, place: ReceiptPlace, query: ReceiptQuery): Promise<ReceiptPage> {
  const { outcome, from, to, clientIp, q, limit } = query;
  const { ids, next } = await searchReceipts(ctx.pool, {
    ...place,
    outcome: outcome && outcomeOf(outcome),
    from: from === undefined ? undefined : readTime(from),
    to: to === undefined ? undefined : readTime(to),
    clientIp: clientIp && readAddress(clientIp),
    before: requireCursor(query.cursor, isUuid),
    text: q,
    limit,
  });
  const rows = await ctx.db.receipt.findMany({
    where: { id: { in: ids } },
    select: summaryColumns,
    orderBy: { id: "desc" },
  });
  const answered = await withAnswers(ctx, rows);
  const counted = place.webhookId ?? UNKNOWN_WEBHOOK_ID;
  const unrecorded = query.cursor === undefined ? await countUnrecorded(ctx, counted, query) : 0;
  return { entries: answered.map(toReceiptSummary), next, unrecorded };
}
