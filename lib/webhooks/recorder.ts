import { createBatcher, isDataError } from "@/lib/core/batch";
import type { ReceiptOutcome, ReceiptRow } from "@/lib/queue/receipt-rows";
import { type ReceiptAnswer, type ReceiptCounts, UNKNOWN_WEBHOOK_ID } from "@/lib/queue/receipts";
import { HourlyCap } from "./hourly-cap";

/** Refused requests of one webhook that get a receipt within an hour; for unknown identifiers, all of them together. */
export const REFUSED_RECEIPTS_PER_HOUR = 1_000;

const HOUR_MS = 3_600_000;
const FLUSH_MS = 1_000;
const MAX_WAITING = 5_000;
const MAX_WAITING_BYTES = 64 * 1024 * 1024;

export type RecorderOptions = {
  writeReceipts: (rows: readonly ReceiptRow[]) => Promise<void>;
  answerReceipts: (answers: readonly ReceiptAnswer[]) => Promise<void>;
  addReceiptCounts: (added: readonly ReceiptCounts[]) => Promise<ReceiptCounts[]>;
  touchWebhooks: (lastRequests: ReadonlyMap<string, number>) => Promise<void>;
  /** Told of a write that failed. What can be written later is kept for the next second. */
  onError: (error: unknown) => void;
};

export type Recorder = {
  /** Counts a request that began a transaction; its receipt is written with that. */
  accepted(webhookId: string, receivedAt: number): void;
  /** Counts any other request and writes its receipt in the background, unless the hour's cap is reached. */
  refused(row: ReceiptRow): void;
  /** Notes in the background how a synchronous request was answered. */
  answered(answer: ReceiptAnswer): void;
  /** Writes all that is known now. */
  flush(): Promise<void>;
  /** Writes what is left; nothing may be recorded afterwards. */
  close(): Promise<void>;
};

/** Keeps the records that no caller waits for: refused receipts, counts, times of last requests, synchronous answers. */
export function createRecorder(options: RecorderOptions): Recorder {
  const { onError } = options;
  const cap = new HourlyCap(REFUSED_RECEIPTS_PER_HOUR);
  let counts = new Map<string, ReceiptCounts>();
  let lastRequests = new Map<string, number>();
  let retries: ReceiptRow[] = [];

  const limits = { concurrency: 1, maxWaitingItems: MAX_WAITING, maxWaitingBytes: MAX_WAITING_BYTES };
  const receipts = createBatcher<ReceiptRow, undefined>({
    flush: async (rows) => {
      await options.writeReceipts(rows);
      return rows.map(() => undefined);
    },
    maxItems: 500,
    maxBytes: 4 * 1024 * 1024,
    ...limits,
  });
  const answers = createBatcher<ReceiptAnswer, undefined>({
    flush: async (rows) => {
      await options.answerReceipts(rows);
      return rows.map(() => undefined);
    },
    maxItems: 1_000,
    maxBytes: Number.POSITIVE_INFINITY,
    ...limits,
  });

  function count(
    webhookId: string,
    outcome: ReceiptOutcome,
    hour: number,
    added: { count: number; unrecorded: number },
  ) {
    const key = `${webhookId} ${hour} ${outcome}`;
    const sum = counts.get(key);
    if (sum) {
      sum.count += added.count;
      sum.unrecorded += added.unrecorded;
    } else {
      counts.set(key, { webhookId, hour, outcome, ...added });
    }
  }

  function touch(webhookId: string, receivedAt: number) {
    if ((lastRequests.get(webhookId) ?? 0) < receivedAt) lastRequests.set(webhookId, receivedAt);
  }

  function write(row: ReceiptRow) {
    receipts.add(row, row.headers.length + (row.body?.byteLength ?? 0)).catch((error: unknown) => {
      onError(error);
      if (!isDataError(error) && retries.length < MAX_WAITING) retries.push(row);
      else count(row.webhookId ?? UNKNOWN_WEBHOOK_ID, row.outcome, hourOf(row.receivedAt), { count: 0, unrecorded: 1 });
    });
  }

  async function writeCounts() {
    const sent = [...counts.values()];
    counts = new Map();
    if (sent.length === 0) return;
    try {
      cap.learn(sent, await options.addReceiptCounts(sent));
    } catch (error) {
      onError(error);
      for (const { webhookId, outcome, hour, ...added } of sent) count(webhookId, outcome, hour, added);
    }
  }

  async function writeLastRequests() {
    const sent = lastRequests;
    lastRequests = new Map();
    if (sent.size === 0) return;
    try {
      await options.touchWebhooks(sent);
    } catch (error) {
      onError(error);
      for (const [webhookId, receivedAt] of sent) touch(webhookId, receivedAt);
    }
  }

  async function flush() {
    const again = retries;
    retries = [];
    again.forEach(write);
    await Promise.all([writeCounts(), writeLastRequests()]);
  }

  let flushing: Promise<void> | undefined;
  const timer = setInterval(() => {
    flushing ??= flush().finally(() => {
      flushing = undefined;
    });
  }, FLUSH_MS).unref();

  return {
    accepted(webhookId, receivedAt) {
      count(webhookId, "ACCEPTED", hourOf(receivedAt), { count: 1, unrecorded: 0 });
      touch(webhookId, receivedAt);
    },
    refused(row) {
      const webhookId = row.webhookId ?? UNKNOWN_WEBHOOK_ID;
      const hour = hourOf(row.receivedAt);
      const recorded = cap.take(webhookId, hour);
      count(webhookId, row.outcome, hour, { count: 1, unrecorded: recorded ? 0 : 1 });
      if (row.webhookId !== null) touch(row.webhookId, row.receivedAt);
      if (recorded) write(row);
    },
    answered(answer) {
      answers.add(answer, 0).catch(onError);
    },
    flush,
    async close() {
      clearInterval(timer);
      await flushing;
      await Promise.all([receipts.idle(), answers.idle()]);
      await flush();
      await receipts.idle();
    },
  };
}

const hourOf = (timeMs: number) => timeMs - (timeMs % HOUR_MS);
