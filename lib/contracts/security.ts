import { z } from "zod";

/** The addresses that may send to a Webhook (IP Filtered), as typed, and how many addresses and ranges they are. */
export const AllowedIpsView = z.object({ allowedIps: z.string(), count: z.number().int() });
export type AllowedIpsView = z.infer<typeof AllowedIpsView>;

/** IPv4 and IPv6 addresses and CIDR ranges between commas, blanks and line breaks; comments after `#`. */
export const SetAllowedIpsInput = z.object({
  allowedIps: z.string().max(50_000, "At most 50,000 characters"),
});
export type SetAllowedIpsInput = z.infer<typeof SetAllowedIpsInput>;

/** Added to the 422 problem (code `invalid`) of a list that can't be read: what is wrong, line by line. */
export const AllowedIpsProblems = z.object({
  lines: z.array(z.object({ line: z.number().int(), message: z.string() })),
});

/** Why a request did not pass its webhook's check, as sentences; the surest first. No secret is ever part of it. */
export const ExplanationView = z.object({
  summary: z.string(),
  findings: z.array(z.object({ code: z.string(), text: z.string() })),
});
export type ExplanationView = z.infer<typeof ExplanationView>;

/** A request as it was sent to the webhook, to be explained. */
export const ExplainRequestInput = z.object({
  method: z.string().trim().min(1).max(20).default("POST"),
  /** What follows the question mark of the URL. */
  query: z.string().max(32_768).default(""),
  headers: z.array(z.tuple([z.string().min(1).max(200), z.string().max(32_768)])).max(1_000),
  body: z.string().max(1_000_000, "At most 1,000,000 characters").default(""),
});
export type ExplainRequestInput = z.infer<typeof ExplainRequestInput>;
