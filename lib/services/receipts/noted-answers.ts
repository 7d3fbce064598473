import type { Context } from "../context";

/** Columns of a Receipt, among them those that a ReceiptAnswer wins over. */
type Answered = { id: string; status: number | null; durationMs?: number | null; reason?: string | null };

/** The receipts with the answers that were noted after they had been written, in their order. */
export async function withAnswers<Row extends Answered>(
  { db }: Pick<Context, "db">,
  rows: readonly Row[],
): Promise<Row[]> {
  if (rows.length === 0) return [];
  const answers = await db.receiptAnswer.findMany({ where: { receiptId: { in: rows.map(({ id }) => id) } } });
  const byId = new Map(answers.map((answer) => [answer.receiptId, answer]));
  return rows.map((row) => {
    const answer = byId.get(row.id);
    if (!answer) return row;
    const { status, durationMs, reason } = answer;
    const more = {
      ...("durationMs" in row && { durationMs }),
      ...("reason" in row && { reason: reason ?? row.reason }),
    };
    return { ...row, ...more, status };
  });
}

/** The same of one; null of none. */
export async function withAnswer<Row extends Answered>(ctx: Pick<Context, "db">, row: Row | null): Promise<Row | null> {
  return row && (await withAnswers(ctx, [row]))[0]!;
}
