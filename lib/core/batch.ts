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
export class Batcher<Item, Result> {
  readonly #options: BatcherOptions<Item, Result>;
  #waiting: Entry<Item, Result>[] = [];
  #waitingBytes = 0;
  #underWay = 0;
  #isScheduled = false;
  #idleWaiters: (() => void)[] = [];

  constructor(options: BatcherOptions<Item, Result>) {
    this.#options = options;
  }

  /** Resolves with the item's own result once its flush has ended. Rejects with the flush's error, or BatcherFull. */
  add(item: Item, sizeBytes: number): Promise<Result> {
    if (this.#isFull(sizeBytes)) return Promise.reject(new BatcherFull());
    return new Promise((fulfil, reject) => {
      this.#waiting.push({ item, sizeBytes, fulfil, reject });
      this.#waitingBytes += sizeBytes;
      if (this.#isScheduled || !this.#mayFlush()) return;
      this.#isScheduled = true;
      setImmediate(() => this.#flushAll()); // after every socket that is readable now has been read
    });
  }

  /** Resolves when nothing waits and nothing is under way. */
  idle(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#isIdle()) resolve();
      else this.#idleWaiters.push(resolve);
    });
  }

  #isFull(sizeBytes: number): boolean {
    const { maxWaitingItems = Number.POSITIVE_INFINITY, maxWaitingBytes = Number.POSITIVE_INFINITY } = this.#options;
    const count = this.#waiting.length;
    return count >= maxWaitingItems || (count > 0 && this.#waitingBytes + sizeBytes > maxWaitingBytes);
  }

  #isIdle(): boolean {
    return this.#underWay === 0 && this.#waiting.length === 0;
  }

  #mayFlush(): boolean {
    const { concurrency, parallelFromItems = 1, maxBytes } = this.#options;
    if (this.#waiting.length === 0 || this.#underWay >= concurrency) return false;
    return this.#underWay === 0 || this.#waiting.length >= parallelFromItems || this.#waitingBytes >= maxBytes;
  }

  #flushAll(): void {
    this.#isScheduled = false;
    while (this.#mayFlush()) {
      this.#underWay++;
      void this.#flush(this.#take()).finally(() => {
        this.#underWay--;
        this.#flushAll();
      });
    }
    if (!this.#isIdle()) return;
    for (const resolve of this.#idleWaiters) resolve();
    this.#idleWaiters = [];
  }

  #take(): Entry<Item, Result>[] {
    const { maxItems, maxBytes } = this.#options;
    let count = 0;
    let bytes = 0;
    for (const entry of this.#waiting) {
      if (count > 0 && (count === maxItems || bytes + entry.sizeBytes > maxBytes)) break;
      bytes += entry.sizeBytes;
      count++;
    }
    this.#waitingBytes -= bytes;
    return this.#waiting.splice(0, count);
  }

  async #flush(entries: Entry<Item, Result>[]): Promise<void> {
    const { flush, isItemError = isDataError } = this.#options;
    try {
      const results = await flush(entries.map((entry) => entry.item));
      if (results.length !== entries.length)
        throw new RangeError(`flush gave ${results.length} results for ${entries.length} items`);
      for (const [index, entry] of entries.entries()) entry.fulfil(results[index]!);
    } catch (error) {
      if (entries.length > 1 && isItemError(error)) {
        const middle = entries.length >> 1;
        await this.#flush(entries.slice(0, middle));
        await this.#flush(entries.slice(middle));
      } else {
        for (const entry of entries) entry.reject(error);
      }
    }
  }
}

/** Makes a Batcher. */
export const createBatcher = <Item, Result>(options: BatcherOptions<Item, Result>): Batcher<Item, Result> =>
  new Batcher(options);
