import type { ReceiptOutcomeName } from "@/lib/contracts/webhooks";
import type { $Enums } from "@/lib/db/generated/client";

type Outcome = $Enums.ReceiptOutcome;

const NAMES: Record<Outcome, ReceiptOutcomeName> = {
  ACCEPTED: "accepted",
  FOUND: "found",
  NOT_FOUND: "not-found",
  METHOD_NOT_ALLOWED: "method-not-allowed",
  TOO_LARGE: "too-large",
  NOT_ACTIVE: "not-active",
  UNREADABLE: "unreadable",
  NOT_STORED: "not-stored",
  INCOMPLETE: "incomplete",
  MALFORMED: "malformed",
  IP_NOT_ALLOWED: "ip-not-allowed",
  NOT_VERIFIED: "not-verified",
  ANSWERED: "answered",
  IGNORED: "ignored",
  SCRIPT_FAILED: "script-failed",
  DUPLICATE: "duplicate",
  NO_MATCH: "no-match",
  KEPT: "kept",
  OVER_LIMIT: "over-limit",
};

/** An outcome in the words of the API. */
export const outcomeName = (outcome: Outcome): ReceiptOutcomeName => NAMES[outcome];

/** An outcome in the words of the database. */
export const outcomeOf = (name: ReceiptOutcomeName): Outcome => name.toUpperCase().replaceAll("-", "_") as Outcome;
