import type { TransactionView } from "@/lib/contracts/transactions";
import type { SyncResponse } from "@/lib/core/transaction";
import type { AccountContext } from "../context";
import { type KnownVersion, knownVersions } from "../versions/known";
import { findTransaction } from "./find";
import { readRun } from "./read-run";
import { summarizeTransactions } from "./summarize";

/** A Transaction with what each Step took and gave. Throws `not_found`. */
export async function getTransaction(ctx: AccountContext, transactionId: string): Promise<TransactionView> {
  const transaction = await findTransaction(ctx, transactionId);
  const { id, receiptId, versionId } = transaction;
  const [[summary], run, versions, receipt, replays] = await Promise.all([
    summarizeTransactions(ctx, [transaction]),
    readRun(ctx, transaction),
    knownVersions(ctx, [versionId]),
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
  const named = namer(versions.get(versionId));
  return {
    ...summary!,
    accountId: transaction.accountId,
    versionId,
    input: run.input as TransactionView["input"],
    steps: run.steps.map((record) => ({ ...record, ...named(record.stepId) })),
    waits: run.waits.map((wait) => ({ ...wait, stepName: named(wait.stepId).stepName })),
    response: transaction.response as SyncResponse | null,
    receipt,
    replays: replays.map((replay) => replay.id),
  };
}

const namer = (version: KnownVersion | undefined) => (stepId: string) => {
  const step = version?.steps.get(stepId);
  return { stepName: step?.name ?? stepId, stepType: step?.type ?? "" };
};
