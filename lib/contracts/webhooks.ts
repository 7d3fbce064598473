import { z } from "zod";
import { RaisedAlarm } from "./alarms";
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
  "ip-not-allowed",
  "not-verified",
  "answered",
  "ignored",
  "script-failed",
  "duplicate",
  "no-match",
  "kept",
  "over-limit",
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
  /** The release of a template that the cycle is built and tested in; null of an account's own cycle. */
  release: z.object({ template: z.object({ id: Id, name: z.string() }), number: z.number().int() }).nullable(),
  step: z.object({ id: z.string(), name: z.string(), deleted: z.boolean() }),
  createdAt: Time,
  lastRequestAt: Time.nullable(),
  /** Requests of the last 24 h by answer; `unrecorded` of them have no receipt. */
  last24h: z.array(z.object({ outcome: ReceiptOutcomeName, count: z.number(), unrecorded: z.number() })),
  /** Opens the builder with the step selected; null when there is nothing to open. */
  builderHref: z.string().nullable(),
  /** What someone is told of it now. */
  alarms: z.array(RaisedAlarm),
});
export type WebhookView = z.infer<typeof WebhookView>;

export const WebhookQuery = PageQuery.extend({
  /** A webhook URL, an identifier, or 4 or more characters of one. */
  q: z.string().trim().max(2_000).optional(),
  accountId: Id.optional(),
  state: z.enum([...CycleStateName.options, "deleted"]).optional(),
});
export type WebhookQuery = z.infer<typeof WebhookQuery>;
/**
 * When no webhook is found: `unknown` is how many requests came to exactly this identifier, which none has, or, of the id of such
 * a request, to the one that it was sent to; `unknownIdentifier` is that identifier, null when there are none.
 */
export const WebhookPage = pageOf(WebhookView).extend({
  unknown: z.number().int(),
  unknownIdentifier: z.string().nullable(),
});
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
  /** What it began; of a duplicate, what the first request began. */
  transactionId: Id.nullable(),
  /** The receipt of the request that this one is a duplicate of. */
  duplicateOf: Id.nullable(),
});
export type ReceiptSummary = z.infer<typeof ReceiptSummary>;

export const ReceiptQuery = PageQuery.extend({
  outcome: ReceiptOutcomeName.optional(),
  from: Time.optional(),
  to: Time.optional(),
  /** The caller's address, in any notation. */
  clientIp: z.string().trim().max(100).optional(),
  /** A receipt or transaction id, or text in the body, as it is there or as JSON, forms and XML write it. */
  q: z.string().trim().max(1_000).optional(),
});
export type ReceiptQuery = z.infer<typeof ReceiptQuery>;

export const UnknownReceiptQuery = ReceiptQuery.extend({
  /** The whole identifier that they were sent to; left out: those to every identifier that no webhook has. */
  identifier: z.string().trim().max(200).optional(),
});
export type UnknownReceiptQuery = z.infer<typeof UnknownReceiptQuery>;
/**
 * `unrecorded`: requests of the time asked for (of the last 7 days unless it says since when) that have no receipt, because more
 * were refused within an hour than are recorded. On pages after the first it is 0.
 */
export const ReceiptPage = pageOf(ReceiptSummary).extend({ unrecorded: z.number().int() });
export type ReceiptPage = z.infer<typeof ReceiptPage>;

/** How a request was run again. */
export const ReplayView = z.object({
  transactionId: Id,
  receiptId: Id,
  /** The number of the transaction's continuation that it made, at a mid-cycle webhook; 0: it made the transaction. */
  continuation: z.number().int(),
  at: Time,
  /** The webhook's checks were run again, and let it pass. */
  checked: z.boolean(),
  edited: z.boolean(),
  /** The name of who did it; null for API keys and users that are gone. */
  by: z.string().nullable(),
});
export type ReplayView = z.infer<typeof ReplayView>;

/** Secret headers and query parameters are `••••` here, with the scheme of `Authorization` before it; in `decoded` as well. */
export const ReceiptView = ReceiptSummary.extend({
  accountId: Id.nullable(),
  cycleId: Id.nullable(),
  query: z.string(),
  headers: z.array(z.tuple([z.string(), z.string()])),
  /** The step it was for; null when no webhook has its identifier. */
  stepId: z.string().nullable(),
  /** The step's data that it became, or would have become; else why not. */
  decoded: z.object({ data: z.json().nullable(), reason: z.string().nullable() }),
  /** The newest 100 of its duplicates, and how many have a receipt. */
  duplicates: z.object({ count: z.number().int(), newest: z.array(z.object({ id: Id, receivedAt: Time })) }),
  /** The newest 20 transactions that ran it again. */
  replays: z.array(ReplayView),
  /** As text when it is text in its charset, else base64. */
  body: z.object({ text: z.string().nullable(), base64: z.string().nullable(), cut: z.boolean() }),
  answer: z.object({
    status: z.number().nullable(),
    headers: z.array(z.tuple([z.string(), z.string()])),
    body: z.string().nullable(),
  }),
});
export type ReceiptView = z.infer<typeof ReceiptView>;
