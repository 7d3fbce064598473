import type { ListenView } from "@/lib/contracts/listen";
import type { Json } from "@/lib/core/json";
import { redactStepData } from "@/lib/core/secret-headers";
import { firstUuid7At } from "@/lib/core/uuid7-range";
import type { Prisma } from "@/lib/db/client";
import type { $Enums } from "@/lib/db/generated/client";
import { notifyCycles } from "@/lib/queue/notify";
import { type AccountContext, requireBuilder } from "../context";
import { decodedColumns, decodeReceipt } from "../receipts/decode";
import { withAnswer } from "../receipts/noted-answers";
import { outcomeName } from "../receipts/outcome";
import { secretNamesOfCycle } from "../webhooks/secret-names";
import { findWebhook } from "./find-webhook";
import { LISTEN_MS } from "./start";

type Outcome = $Enums.ReceiptOutcome;

/** Answers after which a request has been read as the step would read it, or would have been but for its body. */
const TAKEN: Outcome[] = ["ACCEPTED", "NOT_ACTIVE", "UNREADABLE", "TOO_LARGE", "DUPLICATE", "NO_MATCH", "KEPT"];
const REFUSED: Outcome[] = [
  "IP_NOT_ALLOWED",
  "NOT_VERIFIED",
  "OVER_LIMIT",
  "SCRIPT_FAILED",
  "METHOD_NOT_ALLOWED",
  "INCOMPLETE",
  "MALFORMED",
  "NOT_STORED",
];
const MOST_REFUSED = 5;

/** Keeps what was heard, without its secrets, as the Step's sample, and ends the listening. */
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

/** The newest requests to a Webhook since `from` that were refused before anything of them could be taken. */
async function listRefused(ctx: AccountContext, webhookId: string, from: Date): Promise<ListenView["refused"]> {
  const receipts = await ctx.db.receipt.findMany({
    where: { webhookId, id: { gte: firstUuid7At(from) }, receivedAt: { gte: from }, outcome: { in: REFUSED } },
    select: { id: true, receivedAt: true, outcome: true, status: true, reason: true },
    orderBy: { id: "desc" },
    take: MOST_REFUSED,
  });
  return receipts.map(({ outcome, receivedAt, ...receipt }) => ({
    ...receipt,
    outcome: outcomeName(outcome),
    receivedAt: receivedAt.toISOString(),
  }));
}

/**
 * Looks for a request with a body that came since listening began, or since `since` (ISO) when nobody listens any more, and
 * for those that were refused. The first look that finds one to take keeps it as the Step's sample. Throws `not_found`.
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
  const [found, refused] = await Promise.all([
    ctx.db.receipt.findFirst({
      where: {
        webhookId: webhook.id,
        id: { gte: firstUuid7At(from) },
        receivedAt: { gte: from },
        outcome: { in: TAKEN },
      },
      select: { id: true, receivedAt: true, status: true, reason: true, bodyCut: true, ...decodedColumns },
      orderBy: { id: "desc" },
    }),
    listRefused(ctx, webhook.id, from),
  ]);
  const receipt = await withAnswer(ctx, found);
  const listeningUntil = webhook.listeningUntil?.toISOString() ?? null;
  if (!receipt) return { listeningUntil, request: null, refused };
  const { id: receiptId, status } = receipt;
  const receivedAt = receipt.receivedAt.toISOString();
  const decoded = receipt.bodyCut ? null : decodeReceipt(receipt);
  const reason =
    receipt.reason ?? decoded?.reason ?? (receipt.bodyCut ? "Only the beginning of the body was kept." : null);
  if (!decoded?.data)
    return { listeningUntil, request: { receiptId, receivedAt, status, sample: null, reason }, refused };
  const namesOf = await secretNamesOfCycle(ctx, webhook.cycleId);
  const data = redactStepData(decoded.data, namesOf(stepId));
  await keepSample(ctx, webhook, data);
  const sample = { stepId, source: "request" as const, at: receivedAt, data };
  return { listeningUntil: null, request: { receiptId, receivedAt, status, sample, reason: null }, refused };
}
