import { validateHeaderName, validateHeaderValue } from "node:http";
import type { SyncResponse } from "@/lib/core/transaction";
import { isWithheld } from "@/lib/core/withheld-headers";
import type { Reply } from "@/lib/queue/replies";
import { MAX_HEADER_BYTES, MAX_HEADERS } from "./http-limits";

export type WebhookAnswer = {
  status: number;
  headers: [name: string, value: string][];
  body: string;
};

const TEXT = "text/plain; charset=utf-8";
const JSON_TYPE = "application/json; charset=utf-8";

/** An answer may be opened in a browser at our own address: it must not run there. */
const HARMLESS: [string, string][] = [
  ["X-Content-Type-Options", "nosniff"],
  ["Content-Security-Policy", "sandbox"],
];

/** How long a caller that could not be served should wait before it tries again, in seconds. */
const RETRY_AFTER_SECONDS = 5;

/** A plain text answer. */
export function textAnswer(status: number, body: string, headers: [string, string][] = []): WebhookAnswer {
  return { status, headers: [["Content-Type", TEXT], ...HARMLESS, ...headers], body };
}

/** A JSON answer. */
export function jsonAnswer(status: number, value: object, headers: [string, string][] = []): WebhookAnswer {
  return { status, headers: [["Content-Type", JSON_TYPE], ...HARMLESS, ...headers], body: JSON.stringify(value) };
}

/** The fixed answers of the door. */
export const answers = {
  notFound: () => textAnswer(404, "Webhook not found."),
  methodNotAllowed: () => textAnswer(405, "Method not allowed. Send a POST request.", [["Allow", "GET, HEAD, POST"]]),
  tooLarge: (limitBytes: number) => textAnswer(413, `Webhook payload is too large. The limit is ${limitBytes} bytes.`),
  found: () => textAnswer(200, "Webhook found."),
  notActive: () => textAnswer(406, "Please make sure your webhook is active."),
  unreadable: (reason: string) => textAnswer(400, `Webhook body could not be read: ${reason}`),
  notStored: () =>
    textAnswer(503, "Webhook could not be stored. Please retry.", [["Retry-After", String(RETRY_AFTER_SECONDS)]]),
  accepted: () => textAnswer(200, "Webhook accepted."),
  ipNotAllowed: () => textAnswer(403, "Webhook request not allowed from this IP address."),
  notVerified: () => textAnswer(401, "Webhook signature is not valid."),
  scriptFailed: () => textAnswer(500, "Webhook script failed."),
  overLimit: (retryAfterSeconds: number) =>
    textAnswer(429, "Too many requests. Try again later.", [["Retry-After", String(retryAfterSeconds)]]),
  malformed: (reason: string) => textAnswer(400, `The request could not be read: ${reason}`),
  tooSlow: () => textAnswer(408, "The request took too long to arrive."),
  headersTooLarge: () =>
    textAnswer(
      431,
      `The request's headers are too large. The limits are ${MAX_HEADER_BYTES} bytes and ${MAX_HEADERS} headers.`,
    ),
  /** A synchronous transaction that goes on without its caller. */
  goesOn: (transactionId: string, statusUrl: string) => jsonAnswer(202, { transactionId, statusUrl }),
};

function maySend([name, value]: readonly [string, string]): boolean {
  if (isWithheld(name)) return false;
  try {
    validateHeaderName(name);
    validateHeaderValue(name, value);
    return true;
  } catch {
    return false;
  }
}

/** The response that a transaction reached, without the headers that may not be sent. */
export function responseAnswer({ status, headers, body }: SyncResponse): WebhookAnswer {
  const sent = headers.filter(maySend).map(([name, value]): [string, string] => [name, value]);
  return { status, headers: [...sent, ...HARMLESS], body };
}

/** What a synchronous transaction's caller is told once it has a response or has ended. */
export function replyAnswer({ transactionId, state, response }: Reply): WebhookAnswer {
  if (response) return responseAnswer(response);
  switch (state) {
    case "COMPLETED":
      return jsonAnswer(200, { transactionId, status: "completed" });
    case "CANCELLED":
      return jsonAnswer(500, { transactionId, error: "The transaction was cancelled." });
    case "DISCARDED":
      return jsonAnswer(500, { transactionId, error: "The transaction was discarded before it ran." });
    default:
      return jsonAnswer(500, { transactionId, error: "The transaction failed." });
  }
}
