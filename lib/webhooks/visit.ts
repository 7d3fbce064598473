import { BodyError, BodyTooLarge } from "@/lib/core/bodies/body-error";
import type { ReceiptOutcome, ReceiptRow } from "@/lib/queue/receipt-rows";
import type { CachedWebhook } from "./cache";
import type { CheckedRequest } from "./checks/checked-request";
import { headerOf, type ReadBody, type WebhookRequest } from "./request";
import { checkReadable, joinHeaders, readableQuery, toStepData, type WebhookStepData } from "./step-data";
import { unpackContent } from "./unpack";
import type { ScriptedRequest } from "./webhook-script";

/** How much of a refused request's body is kept, in bytes. */
export const REFUSED_BODY_BYTES = 4 * 1024;

/** The same of one that is looked into again: whoever explains it needs the whole (recorder.ts keeps few of them). */
export const EXPLAINED_BODY_BYTES = 64 * 1024;

/** How the requests ended that are: their check did not pass, or their script failed. */
export const explainedOutcomes: ReadonlySet<ReceiptOutcome> = new Set(["NOT_VERIFIED", "SCRIPT_FAILED"]);

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
  /** What scripts made of its data; undefined: it is what came. */
  data: WebhookStepData | undefined;
  /** How much of memory `data` takes, in characters of JSON. */
  dataChars = 0;
  /** Its method, which a script may have changed. */
  method: string;
  /** The webhook's `before_webhook` has run: it never does twice. */
  isScripted = false;
  /** What scripts wrote to their console, for the receipt of an accepted request. */
  note: string | null = null;
  readonly #startedMs = performance.now();
  #encodingProblem: BodyError | undefined;
  #isPartial = false;
  #isRead = false;
  /** The body as it came, when that is not how it is read. */
  #rawBody: Buffer | undefined;
  #decoded: WebhookStepData | undefined;

  constructor(request: WebhookRequest, requestId: string, receivedAt: number) {
    this.request = request;
    this.method = request.method;
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

  /** Reads and decompresses the body, once. False when it is larger than `maxBytes`, before or after. */
  async readContent(maxBytes: number): Promise<boolean> {
    if (this.#isRead) return !this.#isPartial;
    this.#isRead = true;
    await this.#read(maxBytes);
    if (this.#isPartial) return false;
    if (headerOf(this.request.headers, "content-encoding") === undefined) return true;
    this.#rawBody = this.body;
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

  /** The body as it came, where a receipt keeps it beside the one that steps read. */
  get #keptRawBody(): Buffer | null {
    if (this.#rawBody === undefined || this.#rawBody === this.body || !this.webhook?.security?.readsBody) return null;
    return this.#rawBody;
  }

  /** Bytes of the bodies that the receipt of an accepted request keeps. */
  get bodyBytes(): number {
    return this.body.length + (this.#keptRawBody?.length ?? 0);
  }

  /** What a check reads of the request; `url` is the webhook's public one. */
  checkedRequest(url: string): CheckedRequest {
    const { method, headers, query } = this.request;
    const bodies = { rawBody: this.#rawBody ?? this.body, decodedBody: this.#rawBody && this.body };
    return { method, url: query === "" ? url : `${url}?${query}`, headers, ...bodies };
  }

  /** Why the content that was read can't become data, or undefined when it can. */
  findProblem({ keepsData = false } = {}): BodyError | undefined {
    if (this.data) return undefined;
    if (this.#encodingProblem) return this.#encodingProblem;
    try {
      const { headers, query } = this.request;
      const content = { query, contentType: headerOf(headers, "content-type"), body: this.body };
      if (keepsData) this.#decoded ??= toStepData({ headers, ...content });
      else if (!this.#decoded) checkReadable(content);
      return undefined;
    } catch (error) {
      if (error instanceof BodyError) return error;
      throw error;
    }
  }

  /** The request as scripts see it. Content that can't be read is its text to them. */
  scripted(): ScriptedRequest {
    const { headers, query } = this.request;
    const isReadable = this.findProblem({ keepsData: true }) === undefined;
    const unread = () => ({
      body: this.body.toString("utf8"),
      query: readableQuery(query),
      headers: joinHeaders(headers),
    });
    return { method: this.method, data: this.data ?? (isReadable ? this.#decoded! : unread()) };
  }

  /** Goes on with the request as a script left it. */
  takeScripted(given: ScriptedRequest, left: ScriptedRequest): void {
    this.method = left.method;
    if (left.data === given.data) return;
    // What can't be read stays so until the script has put something in its place.
    if (this.findProblem() && left.data.body === given.data.body) return;
    this.data = left.data;
    this.dataChars = JSON.stringify(left.data).length;
    this.request.hold(this.dataChars);
  }

  /** The receipt of an accepted request; `status` is null while its answer is under way. */
  acceptedReceipt(transactionId: string, status: number | null): ReceiptRow {
    this.transactionId = transactionId;
    return {
      ...this.#receipt("ACCEPTED"),
      reason: this.note,
      transactionId,
      status,
      durationMs: status === null ? null : this.elapsedMs(),
    };
  }

  /** The receipt of a request to a mid-cycle webhook that is stored; what became of it is not known yet. */
  continuingReceipt(): ReceiptRow {
    return { ...this.#receipt("ACCEPTED"), reason: this.note, status: 200, durationMs: this.elapsedMs() };
  }

  /** The receipt of any other request; its body is cut unless someone listens for it. */
  refusedReceipt(outcome: ReceiptOutcome, status: number | null, reason: string | null): ReceiptRow {
    const row = { ...this.#receipt(outcome), reason, status, durationMs: this.elapsedMs() };
    const isListening = (this.webhook?.listeningUntil?.getTime() ?? 0) > this.receivedAt;
    const keptBytes = explainedOutcomes.has(outcome) ? EXPLAINED_BODY_BYTES : REFUSED_BODY_BYTES;
    if (this.body.length > keptBytes && !isListening) {
      // Copied, so that the rest of a large body doesn't stay in memory until this is written.
      row.body = Buffer.from(this.body.subarray(0, keptBytes));
    }
    row.bodyCut = this.#isPartial || (row.body?.byteLength ?? 0) < this.body.length;
    const isLarge = (row.rawBody?.byteLength ?? 0) > keptBytes && !isListening;
    if (isLarge || row.bodyCut) row.rawBody = null;
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
      rawBody: this.#keptRawBody,
      bodyCut: false,
      outcome,
      reason: null,
      status: null,
      durationMs: null,
      transactionId: null,
      answer: null,
      duplicateOf: null,
    };
  }
}
