import type { WebhookCheck } from "@/lib/core/webhook-check";
import { answers, textAnswer, type WebhookAnswer } from "../answers";
import type { CheckedRequest } from "./checked-request";

const MAX_BODY_BYTES = 16 * 1024;
const MAX_CHALLENGE_LENGTH = 1_000;

/**
 * The answer to a sender's question whether this URL takes its events; undefined when the request is no such question. Asked
 * only of requests that have passed their check: Slack's challenge is signed like its events.
 */
export function handshake(
  check: WebhookCheck,
  { method, rawBody, decodedBody }: CheckedRequest,
): WebhookAnswer | undefined {
  if (check.kind !== "slack" || method !== "POST") return undefined;
  const challenge = slackChallenge(decodedBody ?? rawBody);
  return challenge === undefined ? undefined : textAnswer(200, challenge);
}

/**
 * The answer to a sender that looks whether there is a URL at all, before it signs anything; undefined when the request is no such
 * look. Asked only of requests without a signature. Intercom takes no URL that does not answer its HEAD, which can begin nothing.
 */
export function lookAnswer(check: WebhookCheck, { method }: Pick<CheckedRequest, "method">): WebhookAnswer | undefined {
  return check.kind === "intercom" && method === "HEAD" ? answers.found() : undefined;
}

function slackChallenge(body: Buffer): string | undefined {
  if (body.length > MAX_BODY_BYTES) return undefined;
  const event = parseObject(body.toString("utf8"));
  if (!event || !Object.hasOwn(event, "type") || event.type !== "url_verification") return undefined;
  const challenge = Object.hasOwn(event, "challenge") ? event.challenge : undefined;
  const fits = typeof challenge === "string" && challenge.length > 0 && challenge.length <= MAX_CHALLENGE_LENGTH;
  return fits ? challenge : undefined;
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
