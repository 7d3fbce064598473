import { WebhookCheck } from "@/lib/core/webhook-check";
import type { CheckedRequest } from "./checked-request";

export const OWN_URL = "https://spoke.example/api/webhook/6tV9nC3kQ0xZ8bLr2mYw5A";

/** A POST of a body with headers, to the webhook's own URL unless it says another. */
export function requestWith(
  body: string | Buffer,
  headers: Record<string, string>,
  more: Partial<CheckedRequest> = {},
): CheckedRequest {
  return {
    method: "POST",
    url: OWN_URL,
    headers: Object.entries(headers),
    rawBody: Buffer.from(body as string),
    ...more,
  };
}

/** A check of the settings given, with defaults for the rest. */
export const checkOf = (settings: { kind: WebhookCheck["kind"]; [setting: string]: unknown }): WebhookCheck =>
  WebhookCheck.parse(settings);
