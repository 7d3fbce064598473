import * as contracts from "@/lib/contracts/security";
import type { Operation } from "./operation";

const STEP = "/cycles/{id}/steps/{stepId}";

/** Who may send to a webhook, and why a request was refused. */
export const securityOperations: Operation[] = [
  {
    id: "getAllowedIps",
    method: "GET",
    path: `${STEP}/allowed-ips`,
    summary: "The addresses that may send to the webhook of a step",
    tag: "Security",
    access: "account",
    output: contracts.AllowedIpsView,
  },
  {
    id: "setAllowedIps",
    method: "PUT",
    path: `${STEP}/allowed-ips`,
    summary: "Change these addresses, from the next request on; a list that can't be read comes back line by line",
    tag: "Security",
    access: "account",
    builder: true,
    input: contracts.SetAllowedIpsInput,
    output: contracts.AllowedIpsView,
  },
  {
    id: "makeSecretCurrent",
    method: "POST",
    path: "/cycles/{id}/secrets/{stepId}/check-next/make-current",
    summary: "Make the second secret of a check the only one",
    tag: "Secrets",
    access: "account",
    builder: true,
    output: "nothing",
  },
  {
    id: "explainReceipt",
    method: "GET",
    path: "/receipts/{id}/explanation",
    summary: "Why a request was refused for its address, token or signature",
    tag: "Security",
    access: "signed-in",
    builder: true,
    output: contracts.ExplanationView,
  },
  {
    id: "explainRequest",
    method: "POST",
    path: `${STEP}/explanation`,
    summary: "Whether a request would pass the check of a step, and if not, why",
    tag: "Security",
    access: "account",
    builder: true,
    input: contracts.ExplainRequestInput,
    output: contracts.ExplanationView,
  },
];
