import type { ReceiptOutcomeName } from "@/lib/contracts/webhooks";
import type { Json } from "@/lib/core/json";

/** What a connection is answered, and what is recorded of it. */
export type Expected = {
  /** Null when the caller is gone before it could be answered. */
  status: number | null;
  body: string;
  /** The outcome on the receipt. */
  receipt: ReceiptOutcomeName;
  /** No webhook could be told: the outcome is only counted. */
  isOnlyCounted?: boolean;
  /** The reason on the receipt. */
  reason?: string;
  /** What the body becomes. */
  data?: Json;
};

export type BadInput = {
  /** The input in the words of the documentation. */
  input: string;
  /** What a caller writes to its connection; only the first 200 letters are the webhook's own identifier. */
  send: (identifier: string) => readonly (string | Buffer)[];
  /** What the caller does then: it listens, ends its side, hangs up, or goes on with one byte at a time. */
  next?: "listen" | "end" | "hang-up" | "trickle";
  answers: readonly Expected[];
  /** The method was HEAD: the answer has no body. */
  head?: boolean;
};

export type BadInputGroup = { title: string; inputs: readonly BadInput[] };

export const LIMIT_BYTES = 10 * 1024 * 1024;

const text = (status: number, receipt: Expected["receipt"], body: string): Expected => ({ status, receipt, body });

export const accepted = (data?: Json): Expected => ({ ...text(200, "accepted", "Webhook accepted."), data });
export const found: Expected = text(200, "found", "Webhook found.");
export const notFound: Expected = text(404, "not-found", "Webhook not found.");
export const notAllowed: Expected = text(405, "method-not-allowed", "Method not allowed. Send a POST request.");
export const tooLarge: Expected = text(
  413,
  "too-large",
  `Webhook payload is too large. The limit is ${LIMIT_BYTES} bytes.`,
);
export const unreadable = (reason: string): Expected => ({
  ...text(400, "unreadable", `Webhook body could not be read: ${reason}`),
  reason,
});
export const malformed = (reason: string): Expected => ({
  ...text(400, "malformed", `The request could not be read: ${reason}`),
  reason,
});
export const incomplete = (reason: string): Expected => ({
  ...text(400, "incomplete", `The request could not be read: ${reason}`),
  reason,
});
export const tooSlow = (reason: string): Expected => ({
  ...text(408, "incomplete", "The request took too long to arrive."),
  reason,
});
export const headersTooLarge: Expected = text(
  431,
  "malformed",
  "The request's headers are too large. The limits are 32768 bytes and 1000 headers.",
);
export const hungUp = (reason: string): Expected => ({ status: null, body: "", receipt: "incomplete", reason });
/** The same, of a request whose webhook can't be told. */
export const counted = (expected: Expected): Expected => ({ ...expected, isOnlyCounted: true, reason: undefined });

export const HOST = "Host: spoke.example.com\r\n";

/** The request line and headers of a request to a webhook; `headers` end with a line break each. */
export const head = (identifier: string, headers: string, method = "POST", version = "HTTP/1.1") =>
  `${method} /api/webhook/${identifier} ${version}\r\n${HOST}${headers}\r\n`;

/** A POST with a body of this type. */
export const post =
  (contentType: string, body: string | Buffer, headers = "") =>
  (identifier: string): (string | Buffer)[] => [
    head(identifier, `Content-Type: ${contentType}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n${headers}`),
    body,
  ];
