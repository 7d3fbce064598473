import type { ReceiptView } from "@/lib/contracts/webhooks";
import type { Json } from "@/lib/core/json";
import {
  redactHeaders,
  redactQuery,
  redactStepData,
  type SecretNames,
  usualSecretNames,
} from "@/lib/core/secret-headers";
import { firstUuid7At, isUuid, timeOfUuid7 } from "@/lib/core/uuid7-range";
import type { Prisma } from "@/lib/db/client";
import { enterAccount } from "../accounts/enter";
import { type Context, isPartnerAdmin } from "../context";
import { notFound } from "../errors";
import { secretNamesOfReceipt } from "../webhooks/secret-names";
import { shownAnswer } from "./answer";
import { bodyText } from "./body-text";
import { decodeReceipt } from "./decode";
import { toReceiptSummary } from "./list";
import { withAnswer } from "./noted-answers";
import { listReplays } from "./replays";

/** Receipts of an account are for whoever may enter it, those of unknown identifiers for partner admins. */
async function requireOpen(ctx: Context, accountId: string | null): Promise<void> {
  if (accountId !== null) await enterAccount(ctx, accountId, "receipt");
  else if (!isPartnerAdmin(ctx)) throw notFound("receipt");
}

/** A Receipt that is open to whoever asks, with its secrets: they must not be given out. Throws `not_found`. */
export async function findReceipt(ctx: Context, receiptId: string) {
  const receipt = isUuid(receiptId) ? await ctx.db.receipt.findUnique({ where: { id: receiptId } }) : null;
  const answered = await withAnswer(ctx, receipt);
  if (!answered) throw notFound("receipt");
  await requireOpen(ctx, answered.accountId);
  return answered;
}

/** Larger bodies are not decoded only to be looked at. */
const DECODED_BYTES = 1024 * 1024;

function decoded(receipt: Prisma.ReceiptGetPayload<object>, names: SecretNames): ReceiptView["decoded"] {
  if (receipt.bodyCut) return { data: null, reason: "Only the beginning of the body was kept." };
  if ((receipt.body?.byteLength ?? 0) > DECODED_BYTES)
    return { data: null, reason: "The body is larger than 1 MB. Its transaction shows it as data." };
  const { data, reason } = decodeReceipt(receipt);
  return { data: data && redactStepData(data as Json, names), reason };
}

async function findStepId(ctx: Context, webhookId: string | null): Promise<string | null> {
  const webhook =
    webhookId && (await ctx.db.webhook.findUnique({ where: { id: webhookId }, select: { stepId: true } }));
  return webhook ? webhook.stepId : null;
}

/** How much earlier a duplicate may have come than the first that was stored, clocks that differ included. */
const APART_MS = 3_600_000;

async function listDuplicates(ctx: Context, receiptId: string): Promise<ReceiptView["duplicates"]> {
  // Of requests that come at once the first to be stored may be one with a later id. Days before need not be looked into.
  const since = firstUuid7At(new Date(timeOfUuid7(receiptId) - APART_MS));
  const where = { duplicateOf: receiptId, id: { gte: since } };
  const [newest, count] = await Promise.all([
    ctx.db.receipt.findMany({ where, select: { id: true, receivedAt: true }, orderBy: { id: "desc" }, take: 100 }),
    ctx.db.receipt.count({ where }),
  ]);
  return { count, newest: newest.map(({ id, receivedAt }) => ({ id, receivedAt: receivedAt.toISOString() })) };
}

/** A Receipt with the whole request, but for its secrets, and its answer. Throws `not_found`. */
export async function getReceipt(ctx: Context, receiptId: string): Promise<ReceiptView> {
  const receipt = await findReceipt(ctx, receiptId);
  const transaction = receipt.transactionId
    ? await ctx.db.transaction.findUnique({ where: { id: receipt.transactionId } })
    : null;
  const { body, rawBody, bodyCut, accountId, cycleId, query, headers, ...row } = receipt;
  const bytes = Buffer.from(body ?? []);
  const [stepId, names, duplicates, replays] = await Promise.all([
    findStepId(ctx, receipt.webhookId),
    secretNamesOfReceipt(ctx, receipt),
    listDuplicates(ctx, receiptId),
    listReplays(ctx, receiptId),
  ]);
  const text = bodyText(bytes, receipt.contentType, bodyCut);
  const answer = shownAnswer(receipt, transaction);
  return {
    ...toReceiptSummary(row),
    accountId,
    cycleId,
    stepId,
    query: redactQuery(query, names),
    headers: redactHeaders(headers as [string, string][], names),
    decoded: decoded(receipt, names),
    duplicates,
    replays,
    body: { text, base64: text === null ? bytes.toString("base64") : null, cut: bodyCut },
    answer: { ...answer, headers: redactHeaders(answer.headers, usualSecretNames) },
  };
}
