import { z } from "zod";
import { NamedMapping } from "@/lib/core/mapping";
import { SyncResponse } from "@/lib/core/transaction";
import { defineStep } from "../types";

export const responseContentTypes = [
  { value: "application/json", label: "JSON" },
  { value: "application/xml", label: "XML" },
  { value: "application/x-www-form-urlencoded", label: "Form" },
  { value: "text/plain", label: "Text" },
  { value: "text/html", label: "HTML" },
] as const;

/** Answers the request that the transaction began with. */
export const syncResponse = defineStep({
  type: "sync-response",
  label: "Synchronous Response",
  description: "Answers the caller of the webhook; the first one reached is sent.",
  group: "event",
  responds: true,
  settings: z.object({
    status: z.number().int().min(200).max(599).default(200),
    contentType: z.string().max(200).default("application/json"),
    headers: z.array(NamedMapping).max(100).default([]),
    bodyKind: z.enum(["fields", "raw"]).default("fields"),
    fields: z.array(NamedMapping).max(500).default([]),
    raw: z.string().max(1_000_000).default(""),
  }),
  fields: [
    { key: "status", label: "Status code", kind: "number", min: 200, max: 599, required: true },
    { key: "contentType", label: "Content type", kind: "select", options: responseContentTypes, required: true },
    { key: "headers", label: "Headers", kind: "named-mappings" },
    {
      key: "bodyKind",
      label: "Body",
      kind: "select",
      options: [
        { value: "fields", label: "Fields" },
        { value: "raw", label: "Raw text" },
      ],
      required: true,
    },
    {
      key: "fields",
      label: "Body fields",
      kind: "named-mappings",
      hint: "Dots nest: customer.email",
      when: (settings) => settings.bodyKind !== "raw",
    },
    { key: "raw", label: "Body text", kind: "merge-textarea", when: (settings) => settings.bodyKind === "raw" },
  ],
  exits: () => ["next"],
  problems: ({ bodyKind, contentType }) =>
    bodyKind === "fields" && contentType.startsWith("text/")
      ? [
          {
            field: "bodyKind",
            message: "Fields are sent as JSON, XML or a form. Choose one of these, or write the text.",
          },
        ]
      : [],
  summary: (settings) => `Answers ${settings.status}`,
  recordSummary: (_settings, { output }) => {
    const status = SyncResponse.safeParse(output).data?.status;
    return status === undefined ? "" : `Answered ${status}`;
  },
});
