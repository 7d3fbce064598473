import type { TransactionSummary } from "@/lib/contracts/transactions";
import type { Prisma } from "@/lib/db/client";
import type { AccountContext } from "../context";
import { knownVersions } from "../versions/known";
import { transactionStateName } from "./state";

/** What a list needs of a Transaction: no data. */
export const summaryColumns = {
  id: true,
  cycleId: true,
  versionId: true,
  state: true,
  synchronous: true,
  acceptedAt: true,
  startedAt: true,
  endedAt: true,
  errorStepId: true,
  error: true,
  receiptId: true,
  replayOf: true,
} as const;

type Row = Prisma.TransactionGetPayload<{ select: typeof summaryColumns }>;

/** Adds names and durations to Transactions of the Account, in their order. Deleted Cycles keep their names. */
export async function summarizeTransactions(ctx: AccountContext, rows: Row[]): Promise<TransactionSummary[]> {
  const cycleIds = [...new Set(rows.map(({ cycleId }) => cycleId))];
  const [cycles, versions] = await Promise.all([
    ctx.db.cycle.findMany({
      where: { id: { in: cycleIds }, accountId: ctx.accountId },
      select: { id: true, name: true },
    }),
    knownVersions(
      ctx,
      rows.map(({ versionId }) => versionId),
    ),
  ]);
  const cycleNames = new Map(cycles.map(({ id, name }) => [id, name]));
  // Field by field: a caller's rows may hold more, like the status token and a `seq` that JSON can't say.
  return rows.map((row) => {
    const version = versions.get(row.versionId);
    return {
      id: row.id,
      cycleId: row.cycleId,
      synchronous: row.synchronous,
      errorStepId: row.errorStepId,
      error: row.error,
      receiptId: row.receiptId,
      replayOf: row.replayOf,
      cycleName: cycleNames.get(row.cycleId) ?? "",
      versionNumber: version?.number ?? 0,
      state: transactionStateName(row.state),
      acceptedAt: row.acceptedAt.toISOString(),
      startedAt: row.startedAt?.toISOString() ?? null,
      endedAt: row.endedAt?.toISOString() ?? null,
      durationMs: row.startedAt && row.endedAt ? row.endedAt.getTime() - row.startedAt.getTime() : null,
      errorStepName: (row.errorStepId && version?.steps.get(row.errorStepId)?.name) ?? null,
    };
  });
}
