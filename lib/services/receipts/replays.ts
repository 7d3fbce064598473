import type { ReplayView } from "@/lib/contracts/webhooks";
import type { Prisma } from "@/lib/db/client";
import type { Context } from "../context";

const MOST_SHOWN = 20;

type Row = Prisma.ReplayGetPayload<object>;

async function toViews(ctx: Context, rows: readonly Row[]): Promise<ReplayView[]> {
  const users = await ctx.db.user.findMany({
    where: { id: { in: rows.flatMap(({ replayedBy }) => replayedBy ?? []) }, partnerId: ctx.partnerId },
    select: { id: true, name: true },
  });
  const names = new Map(users.map(({ id, name }) => [id, name]));
  return rows.map(({ createdAt, replayedBy, accountId: _, ...row }) => ({
    ...row,
    at: createdAt.toISOString(),
    by: (replayedBy && names.get(replayedBy)) ?? null,
  }));
}

/** The newest 20 replays of a Receipt's request. The Receipt must be open to whoever asks. */
export async function listReplays(ctx: Context, receiptId: string): Promise<ReplayView[]> {
  const rows = await ctx.db.replay.findMany({
    where: { receiptId },
    orderBy: [{ createdAt: "desc" }, { transactionId: "desc" }, { continuation: "desc" }],
    take: 2 * MOST_SHOWN, // of some the transaction may never have been accepted
  });
  if (rows.length === 0) return [];
  const begun = await ctx.db.transaction.findMany({
    where: { id: { in: rows.map(({ transactionId }) => transactionId) } },
    select: { id: true },
  });
  const ids = new Set(begun.map(({ id }) => id));
  const shown = rows.filter(({ transactionId }) => ids.has(transactionId)).slice(0, MOST_SHOWN);
  return toViews(ctx, shown);
}

/** Which request a Transaction ran again, and how; null when it was made otherwise. The Transaction must be open to whoever asks. */
export async function findReplay(ctx: Context, transactionId: string): Promise<ReplayView | null> {
  const row = await ctx.db.replay.findFirst({ where: { transactionId, continuation: 0 } });
  const [view = null] = row ? await toViews(ctx, [row]) : [];
  return view;
}
