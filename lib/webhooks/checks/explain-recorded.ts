import type { WebhookCheck } from "@/lib/core/webhook-check";
import type { CheckedRequest } from "./checked-request";
import { type ExplainSecrets, type ExplainTimes, type Explanation, explain } from "./explain";
import type { Finding } from "./finding";
import type { CheckResult } from "./refusal";
import { verifyRequest } from "./verify";

/** What of a request a receipt has not kept. */
export type NotKept = {
  /** The end of its body. */
  isCut: boolean;
  /** The body as it came: it is there with Content-Encoding undone. */
  isUnpacked: boolean;
};

const CUT: Finding = {
  code: "not-kept",
  text: "Only the beginning of the body was kept, so what was signed can't be worked out again. Paste the whole request under Explain a request in Step Setup.",
};
const UNPACKED: Finding = {
  code: "not-kept",
  text: "The body came compressed and is kept unpacked. Whether the compressed bytes were signed can't be worked out again.",
};

/** Explains a request from its receipt, and says where that does not hold enough of it. */
export function explainRecorded(
  input: { check: WebhookCheck; secrets: ExplainSecrets; request: CheckedRequest; times: ExplainTimes },
  { isCut, isUnpacked }: NotKept,
): Explanation {
  const { check, secrets, request, times } = input;
  const result = verifyRequest(check, secrets, request, times.receivedAt);
  const isSigned = check.kind !== "none" && check.kind !== "token" && check.kind !== "basic";
  if (isSigned && isCut && isAboutBody(result))
    return { reason: undefined, summary: "The signature can't be checked again.", findings: [CUT] };
  const explanation = explain(check, secrets, request, times);
  if (isSigned && isCut) {
    // With half a body no variation can match, which says nothing.
    const found = explanation.findings.filter(({ code }) => code !== "nothing-matches" && code !== "not-all-tried");
    return { ...explanation, findings: [...found, CUT] };
  }
  if (!isUnpacked || !isSigned || !isAboutBody(result) || result.ok) return explanation;
  return { ...explanation, findings: [...explanation.findings, UNPACKED] };
}

/** Whether the verdict would depend on the whole body. */
function isAboutBody(result: CheckResult): boolean {
  if (result.ok) return true;
  const { reason } = result;
  return (
    reason.code === "signature-differs" ||
    reason.code === "body-differs" ||
    reason.code === "body-not-signed" ||
    (reason.code === "malformed" && reason.problem === "not-a-form")
  );
}

/**
 * Explains a request that was pasted. When it came is not known, so its own time is believed; a finding of one
 * that passes says when that is too long ago.
 */
export function explainPasted(
  check: WebhookCheck,
  secrets: ExplainSecrets,
  request: CheckedRequest,
  now: number,
): Explanation {
  const result = verifyRequest(check, secrets, request, now);
  const offSeconds = !result.ok && result.reason.code === "time-off" ? result.reason.seconds : 0;
  const receivedAt = now - offSeconds * 1_000;
  return explain(check, secrets, request, { receivedAt, now });
}
