import type { z } from "zod";
import type { ReplayInput } from "@/lib/contracts/transactions";
import { acceptsRequests } from "@/lib/core/cycle-state";
import type { Json } from "@/lib/core/json";
import { restoreStepData } from "@/lib/core/restore-secrets";
import { uuid7 } from "@/lib/db/ids";
import { acceptTransactions, lanes } from "@/lib/queue/accept";
import { activeTracing } from "@/lib/tracing/active";
import { type AccountContext, requireBuilder } from "../context";
import { findCycle } from "../cycles/find";
import { ServiceError } from "../errors";
import { decodedColumns, decodeReceipt } from "../receipts/decode";
import { requireRestored } from "../receipts/require-restored";
import { knownVersions } from "../versions/known";
import { findTransaction } from "./find";

type Wish = { cycleId: string; stepId: string; version: number | undefined };

/** The version that a replay runs on. Throws `conflict` when the Cycle takes no requests, or the Step that took this one is not in it. */
async function requireVersion(ctx: AccountContext, { cycleId, stepId, version }: Wish): Promise<string> {
  const cycle = await findCycle(ctx, cycleId);
  if (cycle.publishedVersionId === null || !acceptsRequests({ ...cycle, now: new Date() }))
    throw new ServiceError("conflict", "The cycle isn't active. Start it, then replay.");
  const where = { cycleId_number: { cycleId, number: version ?? 0 } };
  const chosen = version === undefined ? null : await ctx.db.cycleVersion.findUnique({ where, select: { id: true } });
  if (version !== undefined && !chosen) throw new ServiceError("conflict", `The cycle has no version ${version}.`);
  const versionId = chosen?.id ?? cycle.publishedVersionId;
  const versions = await knownVersions(ctx, [versionId]);
  if (versions.get(versionId)?.steps.has(stepId)) return versionId;
  const missing = version === undefined ? "in the published version any more" : `in version ${version}`;
  throw new ServiceError("conflict", `The step that took this request isn't ${missing}.`);
}

/**
 * Runs a Transaction's request again, on the published version or the one with this number, as a new Transaction; nobody waits for its response.
 * Where `input` shows dots in place of a secret, the secret is used. Throws `not_found`, `conflict` when the Cycle isn't active or the
 * request isn't kept any more, and `invalid` for dots that nothing recorded stands behind.
 */
export async function replayTransaction(
  ctx: AccountContext,
  transactionId: string,
  { input, version }: z.infer<typeof ReplayInput>,
): Promise<string> {
  requireBuilder(ctx);
  const original = await findTransaction(ctx, transactionId);
  const { cycleId, stepId, receiptId } = original;
  const versionId = await requireVersion(ctx, { cycleId, stepId, version });
  const kept = receiptId ? await ctx.db.receipt.findUnique({ where: { id: receiptId }, select: decodedColumns }) : null;
  // A replay carries its data: the request goes with the original, maybe before the replay has ended.
  const sent = (original.input as Json | null) ?? (kept && decodeReceipt(kept).data);
  const data = input === undefined ? sent : requireRestored(restoreStepData(input as Json, sent));
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
      input: data,
      mayBeHeld: true,
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
