import { createHash } from "node:crypto";
import type { Json } from "@/lib/core/json";
import { parsePath, readPath } from "@/lib/core/path";
import { type Duplicates, hasPresetId, type WebhookCheck } from "@/lib/core/webhook-check";
import { type CheckedRequest, splitUrl } from "./checked-request";

/** Keys up to this length are kept as they are, so that people can read them. */
export const MAX_KEY_LENGTH = 200;

export type DuplicateKeyInput = {
  duplicates: Duplicates;
  check: WebhookCheck;
  request: Pick<CheckedRequest, "url" | "headers">;
  /** The body as data; undefined when it has none. */
  body: Json | undefined;
};

/**
 * What a request has in common with its duplicates, 200 characters at most: the key itself, or `sha256:` and its digest when it
 * is long or not plain text. Undefined when the request has no key, is empty there or holds null: then it is nobody's duplicate.
 */
export function duplicateKey({ duplicates, check, request, body }: DuplicateKeyInput): string | undefined {
  switch (duplicates.kind) {
    case "off":
      return undefined;
    case "header":
      return boundKey(headerText(request, duplicates.header));
    case "query":
      return boundKey(queryText(request.url, duplicates.parameter));
    case "body": {
      const path = parsePath(duplicates.path);
      return path && path.length > 0 ? boundKey(valueText(readPath(body, path))) : undefined;
    }
    case "preset":
      return hasPresetId(check) ? boundKey(presetId(check, request, body)) : undefined;
    default:
      return duplicates satisfies never;
  }
}

const MAX_EVENTS = 1_000;

/** What the senders say tells a repeated delivery; where several fields do, they are put together. */
function presetId(
  check: WebhookCheck,
  request: DuplicateKeyInput["request"],
  body: Json | undefined,
): string | undefined {
  const header = (name: string) => headerText(request, name);
  const field = (...path: string[]) => valueText(readPath(body, path));
  switch (check.kind) {
    case "standard-webhooks":
      return header("webhook-id");
    case "stripe":
      return field("id");
    case "github":
      return header("x-github-delivery");
    case "shopify":
      // One action in a shop gives several topics the same event id.
      return joined(header("x-shopify-topic"), header("x-shopify-event-id")) ?? header("x-shopify-webhook-id");
    case "slack":
      return field("event_id");
    case "twilio":
      return (
        header("i-twilio-idempotency-token") ??
        joined(field("MessageSid"), field("MessageStatus") ?? field("SmsStatus"))
      );
    case "hubspot":
      return hubSpotEvents(body);
    case "square":
      return field("event_id");
    case "zendesk":
      return header("x-zendesk-webhook-invocation-id");
    case "intercom":
      return field("id");
    default:
      return undefined;
  }
}

/** HubSpot sends lists of events; a repeated one differs in its attempt number alone, and an event's id is not unique. */
function hubSpotEvents(body: Json | undefined): string | undefined {
  const events = Array.isArray(body) ? body.slice(0, MAX_EVENTS) : [];
  const ids = events.map((event) =>
    joined(
      valueText(readPath(event, ["eventId"])),
      valueText(readPath(event, ["subscriptionId"])),
      valueText(readPath(event, ["objectId"])),
      valueText(readPath(event, ["occurredAt"])),
    ),
  );
  return joined(...ids);
}

/** Parts put together, or undefined when one is missing. */
function joined(...parts: (string | undefined)[]): string | undefined {
  const present = parts.filter((part) => part !== undefined && part !== "");
  return parts.length > 0 && present.length === parts.length ? present.join(":") : undefined;
}

function headerText({ headers }: Pick<CheckedRequest, "headers">, name: string): string | undefined {
  const wanted = name.toLowerCase();
  const values = headers.filter(([sent]) => sent.toLowerCase() === wanted).map(([, value]) => value.trim());
  return values.length === 0 ? undefined : values.join(", ");
}

function queryText(url: string, parameter: string): string | undefined {
  const values = new URLSearchParams(splitUrl(url)?.query ?? "").getAll(parameter);
  return values.length === 0 ? undefined : values.join(", ");
}

function valueText(value: Json | undefined): string | undefined {
  if (value === undefined || value === null) return undefined;
  return typeof value === "string" ? value.trim() : JSON.stringify(value);
}

/** Nothing for an empty key. Control characters and halves of characters can't be stored as text. */
function boundKey(key: string | undefined): string | undefined {
  if (key === undefined || key === "") return undefined;
  const isPlain = key.length <= MAX_KEY_LENGTH && !key.startsWith("sha256:") && !/[\p{Cc}\p{Cs}]/u.test(key);
  return isPlain ? key : `sha256:${createHash("sha256").update(key, "utf16le").digest("hex")}`;
}
