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
  /** Milliseconds from the end of one flush to the next, unless that is full before: it has more items then. */
  restMs?: () => number;
  /** Items that may wait; more are refused at once with a BatcherFull. */
  maxWaitingItems?: number;
  /** Bytes that may wait; more are refused at once with a BatcherFull. */
  maxWaitingBytes?: number;
  /** Says whether an error is about one of the items, so that the others may still succeed. */
  isItemError?: (error: unknown) => boolean;
  /** Milliseconds, of any clock that only goes forward; without it nothing is known of how long items wait. */
  now?: () => number;
};

/** What waits for a flush. */
export type Waiting = { items: number; bytes: number; oldestMs: number };

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
  addedAt: number;
  fulfil: (result: Result) => void;
  reject: (error: unknown) => void;
};

/**
 * Collects items while flushes are under way and flushes them together. When none is under way, what came with the
 * same turn of the event loop is flushed at once; when one ends, what waits is flushed before its callers go on. An item
 * that its flush fails over is found by halving, and fails alone.
 */
export class Batcher<Item, Result> {
  readonly #options: BatcherOptions<Item, Result>;
  #waiting: Entry<Item, Result>[] = [];
  #waitingBytes = 0;
  #underWay = 0;
  #unanswered = 0;
  #isScheduled = false;
  #rest: NodeJS.Timeout | undefined;
  #idleWaiters: (() => void)[] = [];

  constructor(options: BatcherOptions<Item, Result>) {
    this.#options = options;
  }

  /** Resolves with the item's own result once its flush has ended. Rejects with the flush's error, or BatcherFull. */
  add(item: Item, sizeBytes: number): Promise<Result> {
    if (this.#isFull(sizeBytes)) return Promise.reject(new BatcherFull());
    return new Promise((fulfil, reject) => {
      this.#waiting.push({ item, sizeBytes, addedAt: this.#options.now?.() ?? 0, fulfil, reject });
      this.#waitingBytes += sizeBytes;
      this.#unanswered++;
      if (this.#isScheduled || !this.#mayFlush()) return;
      this.#isScheduled = true;
      setImmediate(() => this.#flushAll()); // after every socket that is readable now has been read
    });
  }

  /** What waits now; items of flushes that are under way are not among it. */
  get waiting(): Waiting {
    const [oldest] = this.#waiting;
    const oldestMs = oldest && this.#options.now ? this.#options.now() - oldest.addedAt : 0;
    return { items: this.#waiting.length, bytes: this.#waitingBytes, oldestMs };
  }

  /** Resolves when nothing waits, nothing is under way and every caller has been told. */
  idle(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#unanswered === 0) resolve();
      else this.#idleWaiters.push(resolve);
    });
  }

  #isFull(sizeBytes: number): boolean {
    const { maxWaitingItems = Number.POSITIVE_INFINITY, maxWaitingBytes = Number.POSITIVE_INFINITY } = this.#options;
    const count = this.#waiting.length;
    return count >= maxWaitingItems || (count > 0 && this.#waitingBytes + sizeBytes > maxWaitingBytes);
  }

  #mayFlush(): boolean {
    const { concurrency, parallelFromItems = 1, maxItems, maxBytes } = this.#options;
    if (this.#waiting.length === 0 || this.#underWay >= concurrency) return false;
    if (this.#rest && this.#waiting.length < maxItems && this.#waitingBytes < maxBytes) return false;
    return this.#underWay === 0 || this.#waiting.length >= parallelFromItems || this.#waitingBytes >= maxBytes;
  }

  #flushAll(): void {
    this.#isScheduled = false;
    while (this.#mayFlush()) {
      this.#underWay++;
      void this.#flush(this.#take()).then((answers) => {
        this.#underWay--;
        this.#takeRest();
        this.#flushAll();
        // The pool of pg sends in this same phase: the database works on the next flush while these callers go on.
        process.nextTick(() => this.#answer(answers));
      });
    }
  }

  #takeRest(): void {
    const restMs = this.#options.restMs?.() ?? 0;
    if (restMs <= 0) return;
    clearTimeout(this.#rest);
    this.#rest = setTimeout(() => {
      this.#rest = undefined;
      this.#flushAll();
    }, restMs);
  }

  #answer(answers: readonly (() => void)[]): void {
    for (const answer of answers) answer();
    this.#unanswered -= answers.length;
    if (this.#unanswered > 0) return;
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

  /** Gives what tells each caller how its item ended. */
  async #flush(entries: Entry<Item, Result>[]): Promise<(() => void)[]> {
    const { flush, isItemError = isDataError } = this.#options;
    try {
      const results = await flush(entries.map((entry) => entry.item));
      if (results.length !== entries.length)
        throw new RangeError(`flush gave ${results.length} results for ${entries.length} items`);
      return entries.map((entry, index) => () => entry.fulfil(results[index]!));
    } catch (error) {
      if (entries.length === 1 || !isItemError(error)) return entries.map((entry) => () => entry.reject(error));
      const middle = entries.length >> 1;
      return [...(await this.#flush(entries.slice(0, middle))), ...(await this.#flush(entries.slice(middle)))];
    }
  }
}

/** Makes a Batcher. */
export const createBatcher = <Item, Result>(options: BatcherOptions<Item, Result>): Batcher<Item, Result> =>
  new Batcher(options);
