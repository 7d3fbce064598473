import { BodyError, BodyTooLarge } from "@/lib/core/bodies/body-error";
import type { ReceiptOutcome, ReceiptRow } from "@/lib/queue/receipt-rows";
import type { CachedWebhook } from "./cache";
import { headerOf, type ReadBody, type WebhookRequest } from "./request";
import { checkReadable } from "./step-data";
import { unpackContent } from "./unpack";

/** How much of a refused request's body is kept, in bytes. */
export const REFUSED_BODY_BYTES = 4 * 1024;

/** Longest part of an unknown identifier that is kept. */
const UNKNOWN_IDENTIFIER_LENGTH = 200;

/** What the column holds; a caller may announce more. */
const MAX_SIZE_BYTES = 2 ** 31 - 1;

const NO_BODY = Buffer.alloc(0);

/** One request on its way through the checks, with what is known of it so far. */
export class Visit {
  readonly request: WebhookRequest;
  /** The receipt's id, also when no receipt is written. */
  readonly requestId: string;
  /** Milliseconds since 1970. */
  readonly receivedAt: number;
  /** What has been read of the body, decompressed when that went well. */
  body: Buffer = NO_BODY;
  sizeBytes = 0;
  webhook: CachedWebhook | null = null;
  /** What the receipt says; null while none is made. */
  outcome: ReceiptOutcome | null = null;
  /** The transaction that it began, or would have begun if it had been stored in time. */
  transactionId: string | null = null;
  readonly #startedMs = performance.now();
  #encodingProblem: BodyError | undefined;
  #isPartial = false;

  constructor(request: WebhookRequest, requestId: string, receivedAt: number) {
    this.request = request;
    this.requestId = requestId;
    this.receivedAt = receivedAt;
  }

  /** Milliseconds since the request was seen. */
  elapsedMs(): number {
    return performance.now() - this.#startedMs;
  }

  /** Reads as much as a receipt keeps, for a request that is refused whatever it carries. */
  async readBeginning(): Promise<void> {
    await this.#read(REFUSED_BODY_BYTES);
  }

  /** Reads and decompresses the body. False when it is larger than `maxBytes`, before or after. */
  async readContent(maxBytes: number): Promise<boolean> {
    await this.#read(maxBytes);
    if (this.#isPartial) return false;
    if (headerOf(this.request.headers, "content-encoding") === undefined) return true;
    try {
      this.body = await unpackContent(this.body, this.request, maxBytes);
    } catch (error) {
      this.#isPartial = error instanceof BodyTooLarge;
      if (this.#isPartial) return false;
      if (!(error instanceof BodyError)) throw error;
      this.#encodingProblem = error; // its turn among the answers comes later
    }
    return true;
  }

  /** Takes what had come of a body that broke off. */
  keepPart({ bytes, sizeBytes }: ReadBody): void {
    this.body = bytes;
    this.sizeBytes = sizeBytes;
    this.#isPartial = true;
  }

  /** Why the content that was read can't become data, or undefined when it can. */
  findProblem(): BodyError | undefined {
    if (this.#encodingProblem) return this.#encodingProblem;
    try {
      const { headers, query } = this.request;
      checkReadable({ query, contentType: headerOf(headers, "content-type"), body: this.body });
      return undefined;
    } catch (error) {
      if (error instanceof BodyError) return error;
      throw error;
    }
  }

  /** The receipt of an accepted request; `status` is null while its answer is under way. */
  acceptedReceipt(transactionId: string, status: number | null): ReceiptRow {
    this.transactionId = transactionId;
    return {
      ...this.#receipt("ACCEPTED"),
      transactionId,
      status,
      durationMs: status === null ? null : this.elapsedMs(),
    };
  }

  /** The receipt of any other request; its body is cut unless someone listens for it. */
  refusedReceipt(outcome: ReceiptOutcome, status: number | null, reason: string | null): ReceiptRow {
    const row = { ...this.#receipt(outcome), reason, status, durationMs: this.elapsedMs() };
    const isListening = (this.webhook?.listeningUntil?.getTime() ?? 0) > this.receivedAt;
    if (this.body.length > REFUSED_BODY_BYTES && !isListening) {
      // Copied, so that the rest of a large body doesn't stay in memory until this is written.
      row.body = Buffer.from(this.body.subarray(0, REFUSED_BODY_BYTES));
    }
    row.bodyCut = this.#isPartial || (row.body?.byteLength ?? 0) < this.body.length;
    return row;
  }

  async #read(limitBytes: number): Promise<void> {
    const read = await this.request.readBody(limitBytes);
    this.body = read.bytes;
    this.sizeBytes = read.sizeBytes;
    this.#isPartial = read.over;
  }

  #receipt(outcome: ReceiptOutcome): ReceiptRow {
    const { request, webhook } = this;
    this.outcome = outcome;
    return {
      id: this.requestId,
      webhookId: webhook?.webhookId ?? null,
      identifier: request.identifier.slice(0, UNKNOWN_IDENTIFIER_LENGTH),
      accountId: webhook?.accountId ?? null,
      cycleId: webhook?.cycleId ?? null,
      receivedAt: this.receivedAt,
      method: request.method,
      query: request.query,
      headers: JSON.stringify(request.headers),
      clientIp: request.clientIp,
      contentType: headerOf(request.headers, "content-type") ?? null,
      sizeBytes: Math.min(this.sizeBytes, MAX_SIZE_BYTES),
      body: this.body.length > 0 ? this.body : null,
      bodyCut: false,
      outcome,
      reason: null,
      status: null,
      durationMs: null,
      transactionId: null,
    };
  }
}
