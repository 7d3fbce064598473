export type BatcherOptions<Item, Result> = {
  /** Does the work for several items at once; gives one result for each, in their order. */
  flush: (items: Item[]) => Promise<readonly Result[]>;
  /** Most items of one flush. */
  maxItems: number;
  /** Most bytes of one flush; a single larger item travels alone. */
  maxBytes: number;
  /** Flushes that may be under way at the same time. */
  concurrency: number;
  /** Items (or `maxBytes`) that must wait before a flush begins beside another: few large ones cost less than many small ones. */
  parallelFromItems?: number;
  /** Items that may wait; more are refused at once with a BatcherFull. */
  maxWaitingItems?: number;
  /** Bytes that may wait; more are refused at once with a BatcherFull. */
  maxWaitingBytes?: number;
  /** Says whether an error is about one of the items, so that the others may still succeed. */
  isItemError?: (error: unknown) => boolean;
};

export type Batcher<Item, Result> = {
  /** Resolves with the item's own result once its flush has ended. Rejects with the flush's error, or BatcherFull. */
  add(item: Item, sizeBytes: number): Promise<Result>;
  /** Resolves when nothing waits and nothing is under way. */
  idle(): Promise<void>;
};

/** More items wait than may; trying again later can help. */
export class BatcherFull extends Error {
  constructor() {
    super("Too many items wait for the database");
    this.name = "BatcherFull";
  }
}

/** True for PostgreSQL's errors about data (SQLSTATE 22 and 23): the row is at fault, not the connection or the server. */
export function isDataError(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === "string" && /^2[23]/.test(code);
}

type Entry<Item, Result> = {
  item: Item;
  sizeBytes: number;
  fulfil: (result: Result) => void;
  reject: (error: unknown) => void;
};

/**
 * Collects items while flushes are under way and flushes them together. When none is under way, what came with the
 * same turn of the event loop is flushed at once. An item that its flush fails over is found by halving, and fails alone.
 */
export function createBatcher<Item, Result>(options: BatcherOptions<Item, Result>): Batcher<Item, Result> {
  const { flush, maxItems, maxBytes, concurrency, parallelFromItems = 1, isItemError = isDataError } = options;
  const { maxWaitingItems = Number.POSITIVE_INFINITY, maxWaitingBytes = Number.POSITIVE_INFINITY } = options;
  let waiting: Entry<Item, Result>[] = [];
  let waitingBytes = 0;
  let underWay = 0;
  let scheduled = false;
  let idleWaiters: (() => void)[] = [];

  function take(): Entry<Item, Result>[] {
    let count = 0;
    let bytes = 0;
    for (const entry of waiting) {
      if (count > 0 && (count === maxItems || bytes + entry.sizeBytes > maxBytes)) break;
      bytes += entry.sizeBytes;
      count++;
    }
    waitingBytes -= bytes;
    if (count === waiting.length) {
      const all = waiting;
      waiting = [];
      return all;
    }
    return waiting.splice(0, count);
  }

  async function flushEntries(entries: Entry<Item, Result>[]): Promise<void> {
    try {
      const results = await flush(entries.map((entry) => entry.item));
      if (results.length !== entries.length)
        throw new RangeError(`flush gave ${results.length} results for ${entries.length} items`);
      for (const [index, entry] of entries.entries()) entry.fulfil(results[index]!);
    } catch (error) {
      if (entries.length > 1 && isItemError(error)) {
        const middle = entries.length >> 1;
        await flushEntries(entries.slice(0, middle));
        await flushEntries(entries.slice(middle));
      } else {
        for (const entry of entries) entry.reject(error);
      }
    }
  }

  const isEnough = () => waiting.length >= parallelFromItems || waitingBytes >= maxBytes;
  const mayFlush = () => underWay < concurrency && waiting.length > 0 && (underWay === 0 || isEnough());

  function next() {
    scheduled = false;
    while (mayFlush()) {
      underWay++;
      void flushEntries(take()).finally(() => {
        underWay--;
        next();
      });
    }
    if (underWay === 0 && waiting.length === 0) {
      for (const resolve of idleWaiters) resolve();
      idleWaiters = [];
    }
  }

  return {
    add: (item, sizeBytes) =>
      new Promise((fulfil, reject) => {
        if (waiting.length >= maxWaitingItems || (waiting.length > 0 && waitingBytes + sizeBytes > maxWaitingBytes)) {
          reject(new BatcherFull());
          return;
        }
        waiting.push({ item, sizeBytes, fulfil, reject });
        waitingBytes += sizeBytes;
        if (!scheduled && mayFlush()) {
          scheduled = true;
          setImmediate(next); // after every socket that is readable now has been read
        }
      }),
    idle: () =>
      new Promise((resolve) => {
        if (underWay === 0 && waiting.length === 0) resolve();
        else idleWaiters.push(resolve);
      }),
  };
}
