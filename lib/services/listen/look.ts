import type { ListenView } from "@/lib/contracts/cycles";
import type { Json } from "@/lib/core/json";
import { firstUuid7At } from "@/lib/core/uuid7-range";
import type { Prisma } from "@/lib/db/client";
import { notifyCycles } from "@/lib/queue/notify";
import { type AccountContext, requireBuilder } from "../context";
import { decodedColumns, decodeReceipt } from "../receipts/decode";
import { findWebhook } from "./find-webhook";
import { LISTEN_MS } from "./start";

/** Keeps what was heard as the Step's sample, and ends the listening. */
async function keepSample(
  ctx: AccountContext,
  webhook: { id: string; cycleId: string; stepId: string },
  data: Json,
): Promise<void> {
  const { cycleId, stepId } = webhook;
  const sample = { source: "REQUEST" as const, data: data as Prisma.InputJsonValue };
  await ctx.db.$transaction(async (tx) => {
    const ended = await tx.webhook.updateMany({
      where: { id: webhook.id, listeningUntil: { not: null } },
      data: { listeningUntil: null },
    });
    if (ended.count === 0) return;
    await tx.stepSample.upsert({
      where: { cycleId_stepId: { cycleId, stepId } },
      create: { cycleId, stepId, ...sample },
      update: sample,
    });
    await notifyCycles(tx, [cycleId]);
  });
}

/**
 * Looks for a request with a body that came since listening began, or since `since` (ISO) when nobody listens any more.
 * The first look that finds one keeps it as the Step's sample. Throws `not_found`.
 */
export async function lookForRequest(
  ctx: AccountContext,
  cycleId: string,
  stepId: string,
  since?: string,
): Promise<ListenView> {
  requireBuilder(ctx);
  const webhook = await findWebhook(ctx, cycleId, stepId);
  const began = webhook.listeningUntil && new Date(webhook.listeningUntil.getTime() - LISTEN_MS);
  const from = began ?? new Date(since ?? Date.now() - LISTEN_MS);
  const receipt = await ctx.db.receipt.findFirst({
    where: {
      webhookId: webhook.id,
      id: { gte: firstUuid7At(from) },
      receivedAt: { gte: from },
      outcome: { in: ["ACCEPTED", "NOT_ACTIVE", "UNREADABLE", "TOO_LARGE"] },
    },
    select: { id: true, receivedAt: true, status: true, reason: true, bodyCut: true, ...decodedColumns },
    orderBy: { id: "desc" },
  });
  const listeningUntil = webhook.listeningUntil?.toISOString() ?? null;
  if (!receipt) return { listeningUntil, request: null };
  const { id: receiptId, status } = receipt;
  const receivedAt = receipt.receivedAt.toISOString();
  const decoded = receipt.bodyCut ? null : decodeReceipt(receipt);
  const reason =
    receipt.reason ?? decoded?.reason ?? (receipt.bodyCut ? "Only the beginning of the body was kept." : null);
  if (!decoded?.data) return { listeningUntil, request: { receiptId, receivedAt, status, sample: null, reason } };
  const data = decoded.data as unknown as Json;
  await keepSample(ctx, webhook, data);
  const sample = { stepId, source: "request" as const, at: receivedAt, data };
  return { listeningUntil: null, request: { receiptId, receivedAt, status, sample, reason: null } };
}
