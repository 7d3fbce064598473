import { createHmac } from "node:crypto";
import examples from "@octokit/webhooks-examples";
import type { WebhookCheck } from "@/lib/core/webhook-check";
import { type ExplainSecrets, explain } from "./explain";
import { checkOf, requestWith } from "./testing";

export const NOW = Date.UTC(2026, 10, 22, 2, 0, 0);
/** A request of NOW, looked at a day later. */
export const times = { receivedAt: NOW, now: NOW + 86_400_000 };
/** What GitHub sends, and as it sends it. */
export const event = examples[0]!.examples[0]!;
export const body = JSON.stringify(event);
export const github = checkOf({ kind: "github" });

/** An HMAC in hexadecimal. */
export const hex = (text: string | Buffer, secret = "key", algorithm = "sha256") =>
  createHmac(algorithm, secret).update(text).digest("hex");

/** A request with a signature where GitHub puts it. */
export const fromGitHub = (sent: string | Buffer, signature: string) =>
  requestWith(sent, { "X-Hub-Signature-256": `sha256=${signature}` });

/** Codes and sentences of an explanation, joined. */
export function findingsOf(
  check: WebhookCheck,
  secrets: ExplainSecrets,
  request: ReturnType<typeof requestWith>,
  at = times,
) {
  return explain(check, secrets, request, at)
    .findings.map(({ code, text }) => `${code}: ${text}`)
    .join("\n");
}
