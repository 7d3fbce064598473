import type { TransactionView } from "@/lib/contracts/transactions";
import type { Graph } from "@/lib/core/graph";
import type { SyncResponse } from "@/lib/core/transaction";
import { describeRecords } from "@/lib/steps/record-summary";
import type { AccountContext } from "../context";
import { findTransaction } from "./find";
import { readRun } from "./read-run";
import { summarizeTransactions } from "./summarize";

/** A Transaction with what each Step took and gave. Throws `not_found`. */
export async function getTransaction(ctx: AccountContext, transactionId: string): Promise<TransactionView> {
  const transaction = await findTransaction(ctx, transactionId);
  const { id, receiptId, versionId } = transaction;
  const [[summary], run, version, receipt, replays] = await Promise.all([
    summarizeTransactions(ctx, [transaction]),
    readRun(ctx, transaction),
    ctx.db.cycleVersion.findUniqueOrThrow({ where: { id: versionId }, select: { graph: true } }),
    receiptId
      ? ctx.db.receipt.findUnique({
          where: { id: receiptId },
          select: { id: true, webhookId: true, method: true, clientIp: true, sizeBytes: true, status: true },
        })
      : null,
    ctx.db.transaction.findMany({
      where: { replayOf: id, accountId: ctx.accountId },
      select: { id: true },
      orderBy: { id: "desc" },
      take: 100,
    }),
  ]);
  const { describe, nameOf } = describeRecords(version.graph as Graph);
  return {
    ...summary!,
    accountId: transaction.accountId,
    versionId,
    input: run.input as TransactionView["input"],
    steps: run.steps.map((record) => ({ ...record, ...describe(record) })),
    waits: run.waits.map((wait) => ({ ...wait, stepName: nameOf(wait.stepId) })),
    response: transaction.response as SyncResponse | null,
    receipt,
    replays: replays.map((replay) => replay.id),
  };
}
