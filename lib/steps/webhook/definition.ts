import { z } from "zod";
import { Mapping } from "@/lib/core/mapping";
import { parsePath } from "@/lib/core/path";
import { MAX_SCRIPT_CHARS } from "@/lib/core/script";
import { Duplicates, newCheck, secretsOf, securityProblems, WebhookCheck } from "@/lib/core/webhook-check";
import { defineStep, type Settings } from "../types";

export const WebhookField = z.object({
  /** Path below the step's data, as text (lib/core/path.ts), for example `body.order.id`. */
  path: z.string().max(500),
  kind: z.enum(["text", "number", "boolean", "object", "list", "null"]),
  example: z.string().max(500).optional(),
});
export type WebhookField = z.infer<typeof WebhookField>;

const needsSecret = ({ check }: Settings): boolean => {
  const parsed = WebhookCheck.safeParse(check).data;
  return parsed !== undefined && secretsOf(parsed).some(({ required }) => required);
};

const NO_PATH = "The property of the request can't be read as a path. Choose one, or type one like body.order.id.";

/** Longest times of a mid-cycle webhook: receipts of early requests are kept longer, transactions as long at most. */
const MOST_EARLY_SECONDS = 3 * 86_400;
const MOST_TIMEOUT_SECONDS = 31 * 86_400;

/** Begins a transaction for each accepted request to its URL; in the middle of a cycle it holds transactions until one comes. */
export const webhook = defineStep({
  type: "webhook",
  label: "Webhook",
  description: "Receives requests at its own URL: begins a transaction for each, or lets one that waits for it go on.",
  group: "event",
  trigger: true,
  webhook: true,
  settings: z.object({
    fields: z.array(WebhookField).max(2_000).default([]),
    /** Seconds a caller is kept waiting when the cycle answers; blank: the installation's default. */
    syncTimeoutSeconds: z.number().int().min(1).max(300).nullable().default(null),
    /** Mid-cycle: the path of a value below the request's data, as text, and what it has to equal. */
    matchIncoming: z.string().trim().max(500).default(""),
    matchExisting: Mapping.default({ source: "ignore" }),
    /** Mid-cycle: how long requests are kept that come before their transaction; null: not at all. */
    keepEarlySeconds: z.number().int().min(1).max(MOST_EARLY_SECONDS).nullable().default(null),
    /** Mid-cycle: after so long a transaction leaves by *Timed out*; null: never. */
    timeoutSeconds: z.number().int().min(1).max(MOST_TIMEOUT_SECONDS).nullable().default(null),
    check: WebhookCheck.default(newCheck("none")),
    duplicates: Duplicates.default({ kind: "off" }),
    /** Functions `before_webhook` and `after_webhook`. */
    script: z.string().max(MAX_SCRIPT_CHARS).default(""),
  }),
  fields: [
    { key: "fields", label: "Fields", kind: "sample-fields" },
    {
      key: "syncTimeoutSeconds",
      label: "Answer within (seconds)",
      kind: "number",
      min: 1,
      max: 300,
      hint: "When the cycle has a Synchronous Response: after this time the caller gets 202 and a status URL. Blank is 30, unless the installation says otherwise.",
    },
    { key: "matchIncoming", label: "Property of the request", kind: "text", required: true, midCycle: true },
    {
      key: "matchExisting",
      label: "Property of the transaction",
      kind: "mapping",
      required: true,
      midCycle: true,
      hint: "A request goes to the newest transaction with an equal value here. Both are compared as text, without spaces around.",
    },
    {
      key: "keepEarlySeconds",
      label: "Keep early requests for (seconds)",
      kind: "number",
      min: 1,
      max: MOST_EARLY_SECONDS,
      midCycle: true,
      hint: "A request that no transaction matches is kept for so long, for one that is on its way here. Blank keeps none; 259,200 is 3 days.",
    },
    {
      key: "timeoutSeconds",
      label: "Timeout (seconds)",
      kind: "number",
      min: 1,
      max: MOST_TIMEOUT_SECONDS,
      midCycle: true,
      hint: "A transaction that no request has come for by then leaves once by Timed out. Blank waits as long as it is kept.",
    },
    { key: "check", label: "Check", kind: "own" },
    { key: "duplicates", label: "Duplicates", kind: "own" },
    {
      key: "script",
      label: "Script",
      kind: "script",
      script: { form: "events", events: ["before_webhook", "after_webhook"] },
    },
    { key: "check-secret", label: "Secret of the check", kind: "secret", required: true, when: needsSecret },
    { key: "check-next-secret", label: "Second secret of the check", kind: "secret", when: needsSecret },
  ],
  problems: ({ check, duplicates, matchIncoming }) => [
    ...(parsePath(matchIncoming) ? [] : [{ field: "matchIncoming", message: NO_PATH }]),
    ...securityProblems(check, duplicates).map(({ field, message }) => ({ field, message })),
  ],
  exits: ({ timeoutSeconds }) => (timeoutSeconds === null ? ["next"] : ["next", "timed-out"]),
  summary: ({ fields }) => {
    const values = fields.filter(({ kind }) => kind !== "object" && kind !== "list").length;
    return values === 0 ? "Any request" : values === 1 ? "1 field" : `${values} fields`;
  },
});
