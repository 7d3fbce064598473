import type { HeldPage, HeldQuery } from "@/lib/contracts/held";
import { listHeld } from "@/lib/queue/list-held";
import type { AccountContext } from "../context";
import { requireCursor } from "../cursor";
import { findCycle } from "../cycles/find";

const CURSOR = /^\d{1,18}$/;

/** The Transactions that a mid-cycle Webhook of a Cycle holds, newest first. Throws `not_found`, and `invalid` for a foreign cursor. */
export async function listHeldTransactions(
  ctx: AccountContext,
  { cycleId, stepId }: { cycleId: string; stepId: string },
  { cursor, limit, value }: HeldQuery,
): Promise<HeldPage> {
  const { id } = await findCycle(ctx, cycleId);
  const before = requireCursor(cursor, (text) => CURSOR.test(text));
  const search = { accountId: ctx.accountId, cycleId: id, stepId, before, value: value || undefined };
  const rows = await listHeld(ctx.pool, { ...search, limit: limit + 1 });
  const shown = rows.slice(0, limit);
  return {
    entries: shown.map((row) => ({
      transactionId: row.transactionId,
      value: row.value,
      since: row.since.toISOString(),
      until: row.until?.toISOString() ?? null,
    })),
    next: rows.length > limit ? String(shown.at(-1)!.seq) : null,
  };
}
