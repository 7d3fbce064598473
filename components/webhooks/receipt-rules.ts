import type { ReceiptOutcomeName, ReceiptSummary } from "@/lib/contracts/webhooks";
import { isTooManyKept } from "@/lib/core/too-many-kept";

export type ReceiptRule = { check: string; rule: string };

/** The check at the door that decided about a request, and its rule. */
export function ruleOf({ outcome, reason }: Pick<ReceiptSummary, "outcome" | "reason">): ReceiptRule {
  return outcome === "over-limit" && isTooManyKept(reason) ? notKept : rules[outcome];
}

const notKept: ReceiptRule = {
  check: "Webhook Mapping",
  rule: "No transaction has the value yet, and only so many requests are kept early for one value. The caller was told to retry.",
};

const rules: Record<ReceiptOutcomeName, ReceiptRule> = {
  accepted: { check: "Storing", rule: "It passed every check and was stored before it was answered." },
  found: {
    check: "Method",
    rule: "GET and HEAD only ask whether the URL is there. They begin no transaction, in any state of the cycle.",
  },
  "not-found": { check: "Identifier", rule: "The end of the URL has to be the identifier of a webhook that exists." },
  "method-not-allowed": { check: "Method", rule: "Only GET, HEAD and POST are taken." },
  "too-large": { check: "Size", rule: "A body may not be larger than WEBHOOK_MAX_BYTES, packed or unpacked." },
  "not-active": {
    check: "State of the cycle",
    rule: "The cycle has to run, or to have been stopped less than 24 hours ago.",
  },
  unreadable: { check: "Body", rule: "The body has to become data by its content type." },
  "not-stored": {
    check: "Storing",
    rule: "Nothing is accepted before the database has it. The caller was told to retry.",
  },
  incomplete: { check: "Arrival", rule: "A request has to come whole, and in time." },
  malformed: { check: "Arrival", rule: "A request has to be valid HTTP, with headers within the limits." },
  "ip-not-allowed": { check: "Allowed addresses", rule: "The caller's address has to be on the webhook's list." },
  "not-verified": { check: "Check", rule: "Token, password or signature have to be as Step Setup says." },
  answered: {
    check: "Check or script",
    rule: "The webhook's check or script answered by itself, without a transaction.",
  },
  ignored: { check: "Script", rule: "The script after_webhook refused it: no transaction begins." },
  "script-failed": { check: "Script", rule: "The webhook's script has to end without an error, within its limits." },
  duplicate: {
    check: "Duplicates",
    rule: "A request with the same key came before, within the window. This one got its answer.",
  },
  "no-match": {
    check: "Webhook Mapping",
    rule: "No transaction that has reached this step has the value of this request.",
  },
  kept: {
    check: "Webhook Mapping",
    rule: "No transaction has the value yet. It is kept for one that comes within the time of Keep early requests.",
  },
  "over-limit": {
    check: "Limits",
    rule: "A webhook and its account may receive so many requests and keep so many bytes; a webhook may have so many unfinished transactions. The caller was told to retry.",
  },
};
