import { createHmac, randomBytes } from "node:crypto";
import type { NotificationFacts } from "@/lib/core/notifications";
import { type Message, messageOf } from "./message";

const PREFIX = "whsec_";
const SECRET_BYTES = 32;

/** A new secret for a target's signatures, `whsec_` and 32 random bytes in base64. */
export const createSigningSecret = (): string => PREFIX + randomBytes(SECRET_BYTES).toString("base64");

type Signed = { id: string; timestamp: number; body: string };

/** The signature of a call by Standard Webhooks, `v1,` and base64. `timestamp` is in seconds since 1970. */
export function signatureOf({ id, timestamp, body }: Signed, secret: string): string {
  const key = Buffer.from(secret.slice(PREFIX.length), "base64");
  return `v1,${createHmac("sha256", key).update(`${id}.${timestamp}.${body}`).digest("base64")}`;
}

const time = (ms: number) => new Date(ms).toISOString();

/** What a URL is sent, as JSON: `type`, `timestamp` and `data`, as Standard Webhooks has it. */
export function payloadOf(facts: NotificationFacts, publicUrl: string): string {
  const { at, event, ...place } = facts;
  const { subject, sentences, links }: Message = messageOf(facts, publicUrl);
  const alarm = event && {
    rule: event.rule,
    since: time(event.since),
    limit: event.limit,
    percent: event.percent,
    requests: event.rule === "silence" ? null : event.total,
  };
  return JSON.stringify({
    type: event ? `webhook.alarm.${event.kind}` : "webhook.alarm.test",
    timestamp: time(at),
    data: { subject, text: sentences.join(" "), ...place, alarm, builderUrl: links[0]?.url, reportUrl: links[1]?.url },
  });
}
