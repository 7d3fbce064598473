import { z } from "zod";
import { Id, PageQuery, pageOf, Time } from "./common";
import { CycleStateName } from "./cycles";

export const receiptOutcomes = [
  "accepted",
  "found",
  "not-found",
  "method-not-allowed",
  "too-large",
  "not-active",
  "unreadable",
  "not-stored",
  "incomplete",
  "malformed",
] as const;
export const ReceiptOutcomeName = z.enum(receiptOutcomes);
export type ReceiptOutcomeName = z.infer<typeof ReceiptOutcomeName>;

/** One row of the Webhooks Report. */
export const WebhookView = z.object({
  id: Id,
  identifier: z.string(),
  url: z.string(),
  account: z.object({ id: Id, name: z.string() }),
  cycle: z.object({ id: Id, name: z.string(), state: CycleStateName, deleted: z.boolean() }),
  step: z.object({ id: z.string(), name: z.string(), deleted: z.boolean() }),
  createdAt: Time,
  lastRequestAt: Time.nullable(),
  /** Requests of the last 24 h by answer; `unrecorded` of them have no receipt. */
  last24h: z.array(z.object({ outcome: ReceiptOutcomeName, count: z.number(), unrecorded: z.number() })),
  /** Opens the builder with the step selected; null when there is nothing to open. */
  builderHref: z.string().nullable(),
});
export type WebhookView = z.infer<typeof WebhookView>;

export const WebhookQuery = PageQuery.extend({
  /** A webhook URL, an identifier, or 4 or more characters of one. */
  q: z.string().trim().max(2_000).optional(),
  accountId: Id.optional(),
  state: z.enum([...CycleStateName.options, "deleted"]).optional(),
});
export type WebhookQuery = z.infer<typeof WebhookQuery>;
/** `unknown`: receipts came for exactly this identifier, which no webhook has. */
export const WebhookPage = pageOf(WebhookView).extend({ unknown: z.number().int() });
export type WebhookPage = z.infer<typeof WebhookPage>;

export const ReceiptSummary = z.object({
  id: Id,
  webhookId: Id.nullable(),
  identifier: z.string(),
  receivedAt: Time,
  method: z.string(),
  clientIp: z.string(),
  contentType: z.string().nullable(),
  sizeBytes: z.number(),
  outcome: ReceiptOutcomeName,
  reason: z.string().nullable(),
  status: z.number().nullable(),
  durationMs: z.number().nullable(),
  transactionId: Id.nullable(),
});
export type ReceiptSummary = z.infer<typeof ReceiptSummary>;

export const ReceiptQuery = PageQuery.extend({
  outcome: ReceiptOutcomeName.optional(),
  from: Time.optional(),
  to: Time.optional(),
  clientIp: z.string().max(45).optional(),
  /** A receipt or transaction id, or text in the body. */
  q: z.string().trim().max(200).optional(),
});
export type ReceiptQuery = z.infer<typeof ReceiptQuery>;
export const ReceiptPage = pageOf(ReceiptSummary);
export type ReceiptPage = z.infer<typeof ReceiptPage>;

export const ReceiptView = ReceiptSummary.extend({
  accountId: Id.nullable(),
  cycleId: Id.nullable(),
  query: z.string(),
  headers: z.array(z.tuple([z.string(), z.string()])),
  /** As text when it is text in its charset, else base64. */
  body: z.object({ text: z.string().nullable(), base64: z.string().nullable(), cut: z.boolean() }),
  answer: z.object({
    status: z.number().nullable(),
    headers: z.array(z.tuple([z.string(), z.string()])),
    body: z.string().nullable(),
  }),
});
export type ReceiptView = z.infer<typeof ReceiptView>;
