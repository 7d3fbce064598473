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
  /** Reads the body until its end or one byte past the limit. Rejects with RequestAborted when the caller goes away. */
  readBody(limitBytes: number): Promise<ReadBody>;
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

/** The caller went away before its request was complete: there is nobody to answer. */
export class RequestAborted extends Error {
  constructor() {
    super("The caller went away before the request was complete");
    this.name = "RequestAborted";
  }
}

/** The value of the first header with this name (in lower case), or undefined. */
export function headerOf(headers: readonly (readonly [string, string])[], name: string): string | undefined {
  for (const [sent, value] of headers) {
    if (sent.length === name.length && sent.toLowerCase() === name) return value;
  }
  return undefined;
}
