import { z } from "zod";
import { NamedMapping } from "@/lib/core/mapping";
import { MAX_SCRIPT_CHARS } from "@/lib/core/script";
import { defineStep } from "../types";

export const httpMethods = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"] as const;

const options = (values: readonly string[]) => values.map((value) => ({ value, label: value }));
const sendsBody = (method: unknown) => method !== "GET" && method !== "HEAD";

/** What `run.ts` records of the call and of its answer. */
const Called = z.object({ method: z.string(), url: z.string() });
const Answered = z.object({ status: z.number() });

/** A one-off call without a connector. The secret of `auth` is a StepSecret named `auth`, never part of the settings. */
export const httpRequest = defineStep({
  type: "http-request",
  label: "HTTP request",
  description: "Calls a URL and goes on with its answer.",
  group: "action",
  calls: true,
  settings: z.object({
    method: z.enum(httpMethods).default("GET"),
    url: z.string().max(8_000).default(""),
    query: z.array(NamedMapping).max(200).default([]),
    headers: z.array(NamedMapping).max(200).default([]),
    auth: z.enum(["none", "basic", "bearer", "header"]).default("none"),
    authUser: z.string().max(500).default(""),
    authHeader: z.string().max(200).default("X-API-Key"),
    bodyKind: z.enum(["none", "json", "form", "raw"]).default("json"),
    body: z.array(NamedMapping).max(500).default([]),
    raw: z.string().max(1_000_000).default(""),
    rawContentType: z.string().max(200).default("text/plain"),
    followRedirects: z.boolean().default(true),
    /** Answers outside 200-299 count as failures. */
    failOnStatus: z.boolean().default(true),
    /** Functions `before_action`, `after_action` and `after_error`. */
    script: z.string().max(MAX_SCRIPT_CHARS).default(""),
  }),
  fields: [
    { key: "method", label: "Method", kind: "select", options: options(httpMethods), required: true },
    { key: "url", label: "URL", kind: "merge-text", required: true, placeholder: "https://api.example.com/orders" },
    { key: "query", label: "Query parameters", kind: "named-mappings" },
    { key: "headers", label: "Headers", kind: "named-mappings" },
    {
      key: "auth",
      label: "Authentication",
      kind: "select",
      options: [
        { value: "none", label: "None" },
        { value: "basic", label: "Basic" },
        { value: "bearer", label: "Bearer token" },
        { value: "header", label: "API key in a header" },
      ],
    },
    {
      key: "authUser",
      label: "User name",
      kind: "text",
      required: true,
      when: (settings) => settings.auth === "basic",
    },
    {
      key: "authHeader",
      label: "Header",
      kind: "text",
      required: true,
      when: (settings) => settings.auth === "header",
    },
    {
      key: "auth-secret",
      label: "Secret",
      kind: "secret",
      required: true,
      hint: "Stored encrypted and never shown again.",
      when: (settings) => settings.auth !== undefined && settings.auth !== "none",
    },
    {
      key: "bodyKind",
      label: "Body",
      kind: "select",
      options: [
        { value: "json", label: "Fields as JSON" },
        { value: "form", label: "Fields as a form" },
        { value: "raw", label: "Raw text" },
        { value: "none", label: "None" },
      ],
      when: (settings) => sendsBody(settings.method),
    },
    {
      key: "body",
      label: "Body fields",
      kind: "named-mappings",
      hint: "Dots nest: customer.email",
      when: (settings) => sendsBody(settings.method) && (settings.bodyKind === "json" || settings.bodyKind === "form"),
    },
    {
      key: "raw",
      label: "Body text",
      kind: "merge-textarea",
      when: (settings) => sendsBody(settings.method) && settings.bodyKind === "raw",
    },
    {
      key: "rawContentType",
      label: "Content type",
      kind: "text",
      when: (settings) => sendsBody(settings.method) && settings.bodyKind === "raw",
    },
    { key: "followRedirects", label: "Follow redirects", kind: "switch" },
    {
      key: "failOnStatus",
      label: "Fail on an error status",
      kind: "switch",
      hint: "Off: any answer goes on, and its status is in the data.",
    },
    {
      key: "script",
      label: "Script",
      kind: "script",
      script: { form: "events", events: ["before_action", "after_action", "after_error"] },
    },
  ],
  exits: () => ["next"],
  problems: ({ url }) =>
    url === "" || /^https?:\/\//i.test(url) || url.startsWith("{{")
      ? []
      : [{ field: "url", message: "The URL begins with http:// or https://, or with a merge field." }],
  summary: ({ method, url }) =>
    url === "" ? `${method}, no URL yet` : `${method} ${url.replace(/^https?:\/\//i, "")}`,
  recordSummary: (_settings, { input, output, outcome }) => {
    const called = Called.safeParse(input).data;
    if (!called) return "";
    const status = Answered.safeParse(output).data?.status;
    const then = outcome === "skipped" ? ", not called" : status === undefined ? "" : ` → ${status}`;
    return `${called.method} ${called.url}${then}`;
  },
  example: () => ({ status: 200, headers: {}, body: {} }),
});
