import { z } from "zod";
import { defineStep } from "../types";

export const WebhookField = z.object({
  /** Path below the step's data, as text (lib/core/path.ts), for example `body.order.id`. */
  path: z.string().max(500),
  kind: z.enum(["text", "number", "boolean", "object", "list", "null"]),
  example: z.string().max(500).optional(),
});
export type WebhookField = z.infer<typeof WebhookField>;

/** Begins a transaction for each accepted request to its URL. */
export const webhook = defineStep({
  type: "webhook",
  label: "Webhook",
  description: "Receives requests at its own URL and begins a transaction for each.",
  group: "event",
  trigger: true,
  webhook: true,
  settings: z.object({
    fields: z.array(WebhookField).max(2_000).default([]),
    /** Seconds a caller is kept waiting when the cycle answers; blank: the installation's default. */
    syncTimeoutSeconds: z.number().int().min(1).max(300).nullable().default(null),
  }),
  fields: [
    { key: "fields", label: "Fields", kind: "sample-fields" },
    {
      key: "syncTimeoutSeconds",
      label: "Answer within (seconds)",
      kind: "number",
      min: 1,
      max: 300,
      hint: "When the cycle has a Synchronous Response: after this time the caller gets 202 and a status URL. Blank is 30.",
    },
  ],
  exits: () => ["next"],
  summary: ({ fields }) => {
    const values = fields.filter(({ kind }) => kind !== "object" && kind !== "list").length;
    return values === 0 ? "Any request" : values === 1 ? "1 field" : `${values} fields`;
  },
});
