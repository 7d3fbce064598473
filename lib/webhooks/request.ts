/** A request to a webhook URL, whatever server took it. */
export type WebhookRequest = {
  /** What follows `/api/webhook/`, as sent. */
  identifier: string;
  method: string;
  /** As received, in order. */
  headers: [name: string, value: string][];
  /** What follows the question mark, as sent. */
  query: string;
  clientIp: string;
  /** Reads the body until its end or one byte past the limit. Rejects with RequestAborted when it breaks off. */
  readBody(limitBytes: number): Promise<ReadBody>;
  /** Counts bytes that the request keeps in memory until it is answered; throws BodyBudgetSpent when there is no room. */
  hold(bytes: number): void;
  /** Calls back when the caller goes away before the answer was sent, at once when that has happened. */
  onHangUp(listener: () => void): void;
};

export type ReadBody = {
  /** `limitBytes` bytes at most. */
  bytes: Buffer;
  /** More came than the limit, or was announced: the rest is unread. */
  over: boolean;
  /** Bytes that came or were announced, whichever are more. */
  sizeBytes: number;
};

/** What is known of a request that can't be read: its request line, and its headers if they came. */
export type RequestHead = Pick<WebhookRequest, "identifier" | "method" | "headers" | "query" | "clientIp">;

/** A request of which no body will be read. */
export function withoutBody(head: RequestHead): WebhookRequest {
  const nothing = { bytes: Buffer.alloc(0), over: false, sizeBytes: 0 };
  return { ...head, readBody: async () => nothing, hold: () => {}, onHangUp: () => {} };
}

/** Why a request did not come whole, or could not be read as HTTP. */
export type RequestFailure =
  /** The caller closed the connection: there is nobody to answer. */
  | { kind: "gone" }
  /** The caller ended its side of the connection, and may still listen. */
  | { kind: "ended" }
  /** It took longer than a request may take. */
  | { kind: "slow" }
  | { kind: "headers-too-large" }
  /** `reason` completes "The request could not be read: ". */
  | { kind: "malformed"; reason: string };

/** A request broke off before it was complete. */
export class RequestAborted extends Error {
  readonly failure: RequestFailure;
  /** What came of its body; `sizeBytes` counts that alone. */
  readonly read: ReadBody;
  /** Bytes that the whole body should have; undefined when that was not announced. */
  readonly announcedBytes: number | undefined;

  constructor(failure: RequestFailure, read: ReadBody, announcedBytes?: number) {
    super("The request broke off before it was complete");
    this.name = "RequestAborted";
    this.failure = failure;
    this.read = read;
    this.announcedBytes = announcedBytes;
  }
}

/** The value of the first header with this name (in lower case), or undefined. */
export function headerOf(headers: readonly (readonly [string, string])[], name: string): string | undefined {
  for (const [sent, value] of headers) {
    if (sent.length === name.length && sent.toLowerCase() === name) return value;
  }
  return undefined;
}

/**
 * The value of the first header with this name (in lower case), or undefined. Node makes an object of all headers when its
 * `headers` are asked for; the few that every request is asked for are found sooner where they came.
 */
export function rawHeaderOf(raw: readonly string[], name: string): string | undefined {
  for (let at = 0; at < raw.length; at += 2) {
    const sent = raw[at]!;
    if (sent.length === name.length && sent.toLowerCase() === name) return raw[at + 1];
  }
  return undefined;
}
