import type { TransactionView } from "@/lib/contracts/transactions";
import type { Graph } from "@/lib/core/graph";
import { redactHeaders, usualSecretNames } from "@/lib/core/secret-headers";
import type { SyncResponse } from "@/lib/core/transaction";
import { describeRecords } from "@/lib/steps/record-summary";
import type { AccountContext } from "../context";
import { readMidCycle } from "../held/of-transaction";
import { withAnswer } from "../receipts/noted-answers";
import { findReplay } from "../receipts/replays";
import { findTransaction } from "./find";
import { readRun } from "./read-run";
import { summarizeTransactions } from "./summarize";

async function findReceipt(ctx: AccountContext, id: string): Promise<TransactionView["receipt"]> {
  const select = { id: true, webhookId: true, method: true, clientIp: true, sizeBytes: true, status: true };
  return withAnswer(ctx, await ctx.db.receipt.findUnique({ where: { id }, select }));
}

/** A Transaction with what each Step took and gave, but for the secrets of its requests. Throws `not_found`. */
export async function getTransaction(ctx: AccountContext, transactionId: string): Promise<TransactionView> {
  const transaction = await findTransaction(ctx, transactionId);
  const { id, receiptId, versionId } = transaction;
  const [[summary], run, version, receipt, replays, replay, midCycle] = await Promise.all([
    summarizeTransactions(ctx, [transaction]),
    readRun(ctx, transaction),
    ctx.db.cycleVersion.findUniqueOrThrow({ where: { id: versionId }, select: { graph: true } }),
    receiptId ? findReceipt(ctx, receiptId) : null,
    ctx.db.transaction.findMany({
      where: { replayOf: id, accountId: ctx.accountId },
      select: { id: true },
      orderBy: { id: "desc" },
      take: 100,
    }),
    findReplay(ctx, id),
    readMidCycle(ctx, id),
  ]);
  const { describe, nameOf } = describeRecords(version.graph as Graph);
  const response = transaction.response as SyncResponse | null;
  return {
    ...summary!,
    accountId: transaction.accountId,
    versionId,
    input: run.input as TransactionView["input"],
    steps: run.steps.map((record) => ({ ...record, ...describe(record) })),
    leftOutAt: run.leftOutAt,
    waits: run.waits.map((wait) => ({ ...wait, stepName: nameOf(wait.stepId) })),
    continuations: midCycle.continuations.map((one) => ({ ...one, stepName: nameOf(one.stepId) })),
    reached: midCycle.reached.map((one) => ({ ...one, stepName: nameOf(one.stepId) })),
    response: response && { ...response, headers: redactHeaders(response.headers, usualSecretNames) },
    receipt,
    replays: replays.map((one) => one.id),
    replay,
  };
}
