import { type Batcher, createBatcher, isDataError } from "@/lib/core/batch";
import { countRequest, tallies } from "@/lib/metrics/tallies";
import type { ReceiptOutcome, ReceiptRow } from "@/lib/queue/receipt-rows";
import { type ReceiptAnswer, type ReceiptCounts, UNKNOWN_WEBHOOK_ID } from "@/lib/queue/receipts";
import { HourlyCap } from "./hourly-cap";

/** Refused requests of one webhook that get a receipt within an hour; for unknown identifiers, all of them together. */
export const REFUSED_RECEIPTS_PER_HOUR = 1_000;

const HOUR_MS = 3_600_000;
const FLUSH_MS = 1_000;
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
  readonly #cap = new HourlyCap(REFUSED_RECEIPTS_PER_HOUR);
  readonly #receipts: Batcher<ReceiptRow, undefined>;
  readonly #answers: Batcher<ReceiptAnswer, undefined>;
  readonly #timer: NodeJS.Timeout;
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

  /** Counts a request that began a transaction; its receipt is written with that. */
  accepted(webhookId: string, receivedAt: number): void {
    this.#count(webhookId, "ACCEPTED", hourOf(receivedAt), { count: 1, unrecorded: 0 });
    this.#touch(webhookId, receivedAt);
  }

  /** Counts any other request and writes its receipt in the background, unless the hour's cap is reached. */
  refused(row: ReceiptRow): void {
    const webhookId = row.webhookId ?? UNKNOWN_WEBHOOK_ID;
    const hour = hourOf(row.receivedAt);
    const isRecorded = this.#cap.take(webhookId, hour);
    this.#count(webhookId, row.outcome, hour, { count: 1, unrecorded: isRecorded ? 0 : 1 });
    if (row.webhookId !== null) this.#touch(row.webhookId, row.receivedAt);
    countRequest(row.outcome, row.status ?? 0);
    if (isRecorded) this.#write(row);
    else tallies.receiptsUnrecorded.value++;
  }

  /** Counts what was for no webhook that could be told, without a receipt. */
  counted(outcome: ReceiptOutcome, status: number | null, receivedAt: number): void {
    countRequest(outcome, status ?? 0);
    this.#count(UNKNOWN_WEBHOOK_ID, outcome, hourOf(receivedAt), { count: 1, unrecorded: 1 });
  }

  /** Notes in the background how a synchronous request was answered. */
  answered(answer: ReceiptAnswer): void {
    this.#answers.add(answer, 0).catch(this.#options.onError);
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
    await this.#flushing;
    await Promise.all([this.#receipts.idle(), this.#answers.idle()]);
    await this.flush();
    await this.#receipts.idle();
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
    this.#receipts.add(row, row.headers.length + (row.body?.byteLength ?? 0)).catch((error: unknown) => {
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
      this.#cap.learn(sent, await this.#options.addReceiptCounts(sent));
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

/** What a batcher does with rows that only need to be written. */
const writing =
  <Row>(write: (rows: readonly Row[]) => Promise<void>) =>
  async (rows: Row[]): Promise<undefined[]> => {
    await write(rows);
    return rows.map(() => undefined);
  };

const hourOf = (timeMs: number) => timeMs - (timeMs % HOUR_MS);
