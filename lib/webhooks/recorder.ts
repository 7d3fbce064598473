import { type Batcher, createBatcher, isDataError } from "@/lib/core/batch";
import { countRequest, tallies } from "@/lib/metrics/tallies";
import type { ReceiptOutcome, ReceiptRow } from "@/lib/queue/receipt-rows";
import { type ReceiptAnswer, type ReceiptCounts, UNKNOWN_WEBHOOK_ID } from "@/lib/queue/receipts";
import { HourlyCap } from "./hourly-cap";
import { EXPLAINED_BODY_BYTES, explainedOutcomes, REFUSED_BODY_BYTES } from "./visit";

/** Refused requests of one webhook that get a receipt within an hour; for unknown identifiers, all of them together. */
export const REFUSED_RECEIPTS_PER_HOUR = 1_000;

/** Of each outcome so many get one besides: a monitor that asks every second must not hide the one request that was not verified. */
export const RESERVED_RECEIPTS_PER_HOUR = 50;

/**
 * Of the refused requests that get one, those of a webhook and a process within an hour whose body is kept beyond
 * `REFUSED_BODY_BYTES`: enough to explain them, and 3 MiB at most.
 */
export const LARGE_BODIES_PER_HOUR = 50;

/** Answers up to this length are kept whole, in characters of JSON: those of duplicates are shorter. */
const SHORT_ANSWER_LENGTH = 2 * REFUSED_BODY_BYTES;

/** Longer ones, which scripts give, that a webhook and a process keep whole within an hour. The others keep their beginning. */
export const LARGE_ANSWERS_PER_HOUR = 50;

const HOUR_MS = 3_600_000;
const FLUSH_MS = 1_000;
/** How long answers are gathered, so that one statement notes many. */
const ANSWERS_MS = 100;
const MAX_WAITING = 5_000;
const MAX_BATCH_BYTES = 4 * 1024 * 1024;
const MAX_WAITING_BYTES = 64 * 1024 * 1024;

export type RecorderOptions = {
  writeReceipts: (rows: readonly ReceiptRow[]) => Promise<void>;
  answerReceipts: (answers: readonly ReceiptAnswer[]) => Promise<void>;
  addReceiptCounts: (added: readonly ReceiptCounts[]) => Promise<ReceiptCounts[]>;
  touchWebhooks: (lastRequests: ReadonlyMap<string, number>) => Promise<void>;
  /** Told of a write that failed. What can be written later is kept for the next second. */
  onError: (error: unknown) => void;
};

const BATCHES = { concurrency: 1, maxWaitingItems: MAX_WAITING, maxWaitingBytes: MAX_WAITING_BYTES };

/** Keeps the records that no caller waits for: refused receipts, counts, times of last requests, synchronous answers. */
export class Recorder {
  readonly #options: RecorderOptions;
  readonly #cap = new HourlyCap(REFUSED_RECEIPTS_PER_HOUR, RESERVED_RECEIPTS_PER_HOUR);
  readonly #largeBodies = new HourlyCap(LARGE_BODIES_PER_HOUR);
  readonly #largeAnswers = new HourlyCap(LARGE_ANSWERS_PER_HOUR);
  readonly #receipts: Batcher<ReceiptRow, undefined>;
  readonly #answers: Batcher<ReceiptAnswer, undefined>;
  readonly #timer: NodeJS.Timeout;
  #answersTimer: NodeJS.Timeout | undefined;
  #gathered: ReceiptAnswer[] = [];
  #counts = new Map<string, ReceiptCounts>();
  #lastRequests = new Map<string, number>();
  #retries: ReceiptRow[] = [];
  #flushing: Promise<void> | undefined;

  constructor(options: RecorderOptions) {
    this.#options = options;
    const { writeReceipts, answerReceipts } = options;
    const maxBytes = MAX_BATCH_BYTES;
    this.#receipts = createBatcher({ flush: writing(writeReceipts), maxItems: 500, maxBytes, ...BATCHES });
    this.#answers = createBatcher({ flush: writing(answerReceipts), maxItems: 1_000, maxBytes, ...BATCHES });
    this.#timer = setInterval(() => {
      this.#flushing ??= this.flush().finally(() => {
        this.#flushing = undefined;
      });
    }, FLUSH_MS).unref();
  }

  /** Counts a request that began or continued a transaction, or is kept for one; its receipt is written with that. */
  accepted(webhookId: string, receivedAt: number, outcome: "ACCEPTED" | "KEPT" = "ACCEPTED"): void {
    this.#count(webhookId, outcome, hourOf(receivedAt), { count: 1, unrecorded: 0 });
    this.#touch(webhookId, receivedAt);
  }

  /** Counts any other request and writes its receipt in the background, unless the hour's cap is reached. */
  refused(row: ReceiptRow): void {
    const webhookId = row.webhookId ?? UNKNOWN_WEBHOOK_ID;
    const hour = hourOf(row.receivedAt);
    const isRecorded = this.#cap.take(webhookId, hour, row.outcome);
    this.#count(webhookId, row.outcome, hour, { count: 1, unrecorded: isRecorded ? 0 : 1 });
    if (row.webhookId !== null) this.#touch(row.webhookId, row.receivedAt);
    countRequest(row.outcome, row.status ?? 0);
    const answer = isRecorded ? this.#keptAnswer(row, webhookId, hour) : null;
    if (isRecorded) this.#write(this.#withinBounds({ ...row, answer }, webhookId, hour));
    else tallies.receiptsUnrecorded.value++;
  }

  /** The receipt with the body that may be kept of it. */
  #withinBounds(row: ReceiptRow, webhookId: string, hour: number): ReceiptRow {
    if (!explainedOutcomes.has(row.outcome) || bytesOf(row) <= REFUSED_BODY_BYTES) return row;
    if (this.#largeBodies.take(webhookId, hour, row.outcome)) return row;
    if ((row.body?.byteLength ?? 0) <= REFUSED_BODY_BYTES) return { ...row, rawBody: null };
    return { ...row, rawBody: null, body: Buffer.from(row.body!.subarray(0, REFUSED_BODY_BYTES)), bodyCut: true };
  }

  /** A script can answer each request with megabytes. */
  #keptAnswer({ answer, outcome }: ReceiptRow, webhookId: string, hour: number): string | null {
    if (answer === null || answer.length <= SHORT_ANSWER_LENGTH) return answer;
    const isWhole = answer.length <= EXPLAINED_BODY_BYTES && this.#largeAnswers.take(webhookId, hour, outcome);
    return isWhole ? answer : beginningOf(answer);
  }

  /** Counts a request without a receipt; `webhookId` is left out where it can't be told. */
  counted(outcome: ReceiptOutcome, status: number | null, receivedAt: number, webhookId = UNKNOWN_WEBHOOK_ID): void {
    countRequest(outcome, status ?? 0);
    this.#count(webhookId, outcome, hourOf(receivedAt), { count: 1, unrecorded: 1 });
  }

  /** Notes in the background, within a tenth of a second, how a synchronous request was answered. */
  answered(answer: ReceiptAnswer): void {
    this.#gathered.push(answer);
    this.#answersTimer ??= setTimeout(() => this.#noteAnswers(), ANSWERS_MS).unref();
  }

  /** Writes all that is known now. */
  async flush(): Promise<void> {
    const again = this.#retries;
    this.#retries = [];
    for (const row of again) this.#write(row);
    await Promise.all([this.#writeCounts(), this.#writeLastRequests()]);
  }

  /** Writes what is left; nothing may be recorded afterwards. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.#noteAnswers();
    await this.#flushing;
    await Promise.all([this.#receipts.idle(), this.#answers.idle()]);
    await this.flush();
    await this.#receipts.idle();
  }

  #noteAnswers(): void {
    clearTimeout(this.#answersTimer);
    this.#answersTimer = undefined;
    for (const answer of this.#gathered.splice(0)) this.#answers.add(answer, 0).catch(this.#options.onError);
  }

  #count(webhookId: string, outcome: ReceiptOutcome, hour: number, added: Added): void {
    const key = `${webhookId} ${hour} ${outcome}`;
    const sum = this.#counts.get(key);
    if (sum) {
      sum.count += added.count;
      sum.unrecorded += added.unrecorded;
    } else {
      this.#counts.set(key, { webhookId, hour, outcome, ...added });
    }
  }

  #touch(webhookId: string, receivedAt: number): void {
    if ((this.#lastRequests.get(webhookId) ?? 0) < receivedAt) this.#lastRequests.set(webhookId, receivedAt);
  }

  #write(row: ReceiptRow): void {
    this.#receipts.add(row, row.headers.length + bytesOf(row)).catch((error: unknown) => {
      this.#options.onError(error);
      const webhookId = row.webhookId ?? UNKNOWN_WEBHOOK_ID;
      if (!isDataError(error) && this.#retries.length < MAX_WAITING) this.#retries.push(row);
      else {
        tallies.receiptsUnrecorded.value++;
        this.#count(webhookId, row.outcome, hourOf(row.receivedAt), { count: 0, unrecorded: 1 });
      }
    });
  }

  async #writeCounts(): Promise<void> {
    const sent = [...this.#counts.values()];
    this.#counts = new Map();
    if (sent.length === 0) return;
    try {
      const sums = await this.#options.addReceiptCounts(sent);
      this.#cap.learn(sent, sums);
      const newest = Math.max(...sums.map(({ hour }) => hour));
      for (const cap of [this.#largeBodies, this.#largeAnswers]) cap.forgetBefore(newest);
    } catch (error) {
      this.#options.onError(error);
      for (const { webhookId, outcome, hour, ...added } of sent) this.#count(webhookId, outcome, hour, added);
    }
  }

  async #writeLastRequests(): Promise<void> {
    const sent = this.#lastRequests;
    this.#lastRequests = new Map();
    if (sent.size === 0) return;
    try {
      await this.#options.touchWebhooks(sent);
    } catch (error) {
      this.#options.onError(error);
      for (const [webhookId, receivedAt] of sent) this.#touch(webhookId, receivedAt);
    }
  }
}

type Added = { count: number; unrecorded: number };

/** A kept answer with the beginning of its body; its headers go when they are long themselves. */
function beginningOf(answer: string): string {
  const { headers, body } = JSON.parse(answer) as { headers: [string, string][]; body: string };
  const areShort = JSON.stringify(headers).length <= REFUSED_BODY_BYTES;
  // Without half of a character at its end.
  const beginning = body.slice(0, REFUSED_BODY_BYTES).replace(/[\ud800-\udbff]$/, "");
  return JSON.stringify({ headers: areShort ? headers : [], body: `${beginning}… (only the beginning was kept)` });
}

/** What a batcher does with rows that only need to be written. */
const writing =
  <Row>(write: (rows: readonly Row[]) => Promise<void>) =>
  async (rows: Row[]): Promise<undefined[]> => {
    await write(rows);
    return rows.map(() => undefined);
  };

const bytesOf = ({ body, rawBody }: ReceiptRow) => (body?.byteLength ?? 0) + (rawBody?.byteLength ?? 0);

const hourOf = (timeMs: number) => timeMs - (timeMs % HOUR_MS);
