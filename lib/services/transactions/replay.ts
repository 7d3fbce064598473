import type { z } from "zod";
import type { ReplayInput } from "@/lib/contracts/transactions";
import { acceptsRequests } from "@/lib/core/cycle-state";
import type { Json } from "@/lib/core/json";
import { uuid7 } from "@/lib/db/ids";
import { acceptTransactions, lanes } from "@/lib/queue/accept";
import { activeTracing } from "@/lib/tracing/active";
import { type AccountContext, requireBuilder } from "../context";
import { findCycle } from "../cycles/find";
import { ServiceError } from "../errors";
import { decodedColumns, decodeReceipt } from "../receipts/decode";
import { knownVersions } from "../versions/known";
import { findTransaction } from "./find";

/** The version that a replay runs on. Throws `conflict` when the Cycle takes no requests, or the Step that took this one is gone. */
async function requireVersion(ctx: AccountContext, cycleId: string, stepId: string): Promise<string> {
  const cycle = await findCycle(ctx, cycleId);
  if (cycle.publishedVersionId === null || !acceptsRequests({ ...cycle, now: new Date() }))
    throw new ServiceError("conflict", "The cycle isn't active. Start it, then replay.");
  const versions = await knownVersions(ctx, [cycle.publishedVersionId]);
  if (!versions.get(cycle.publishedVersionId)?.steps.has(stepId))
    throw new ServiceError("conflict", "The step that took this request isn't in the published version any more.");
  return cycle.publishedVersionId;
}

/**
 * Runs a Transaction's request again, on the published version and as a new Transaction; nobody waits for its response.
 * Throws `not_found`, and `conflict` when the Cycle isn't active or the request isn't kept any more.
 */
export async function replayTransaction(
  ctx: AccountContext,
  transactionId: string,
  { input }: z.infer<typeof ReplayInput>,
): Promise<string> {
  requireBuilder(ctx);
  const original = await findTransaction(ctx, transactionId);
  const { cycleId, stepId, receiptId } = original;
  const versionId = await requireVersion(ctx, cycleId, stepId);
  const kept = receiptId ? await ctx.db.receipt.findUnique({ where: { id: receiptId }, select: decodedColumns }) : null;
  // A replay carries its data: the request goes with the original, maybe before the replay has ended.
  const data = input ?? (original.input as Json | null) ?? (kept && decodeReceipt(kept).data);
  if (data === null)
    throw new ServiceError("conflict", "The request isn't kept any more. Replay with data of your own.");
  const id = uuid7();
  const startedAt = Date.now();
  await acceptTransactions(ctx.pool, [
    {
      transactionId: id,
      accountId: ctx.accountId,
      cycleId,
      versionId,
      stepId,
      lane: lanes.normal,
      synchronous: false,
      statusToken: null,
      receipt: null,
      receiptId: kept && receiptId,
      replayOf: original.id,
      input: data as Json | undefined,
    },
  ]);
  const headers = original.replayOf === null ? ((kept?.headers ?? null) as [string, string][] | null) : null;
  activeTracing()?.replay({
    transactionId: id,
    accountId: ctx.accountId,
    cycleId,
    original: { transactionId: original.id, headers },
    startedAt,
    endedAt: Date.now(),
  });
  return id;
}
