import type { Reply } from "@/lib/queue/replies";

export type ReplyWaitersOptions = {
  /** Of these transactions, those that have a response or have ended. */
  read: (transactionIds: readonly string[]) => Promise<Reply[]>;
  /** Of these cycles, those that are stopped: their transactions don't go on for now. */
  readStopped: (cycleIds: readonly string[]) => Promise<string[]>;
  /** Told of a read that failed; the next poll tries again. */
  onError: (error: unknown) => void;
  /** Milliseconds between two looks at all that have waited for longer than that, should a notification be lost. */
  pollMs?: number;
};

export type Waiter = {
  /** The reply; undefined when `timeoutMs` have passed, or the cycle or the process stops. Call it once. */
  reply(timeoutMs: number): Promise<Reply | undefined>;
  /** Waits no more: `reply` gives undefined. */
  cancel(): void;
};

const MAX_PER_READ = 1_000;

/** A lost notification costs a caller this once or twice. */
const POLL_MS = 250;

type Settle = (reply: Reply | undefined) => void;
/** Those who wait for one transaction: its own caller, and those of its duplicates. */
type Waiting = {
  cycleId: string;
  settles: Settle[];
  /** It was waited for at an earlier poll: what is answered within one needs none. */
  isLong: boolean;
};

/** Brings the replies of synchronous transactions to those who wait for them: one read serves many. */
export class ReplyWaiters {
  readonly #options: ReplyWaitersOptions;
  readonly #waiting = new Map<string, Waiting>();
  readonly #due = new Set<string>();
  #isReading = false;
  #isAsking = false;
  #isClosed = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: ReplyWaitersOptions) {
    this.#options = options;
  }

  /** How many transactions are waited for. */
  get size(): number {
    return this.#waiting.size;
  }

  /** Begins to listen for a transaction's reply. Do it before the transaction can run, and no reply is missed. */
  register(transactionId: string, cycleId: string): Waiter {
    let settle: Settle = () => {};
    let deadline: NodeJS.Timeout | undefined;
    const replied = new Promise<Reply | undefined>((resolve) => {
      settle = (reply) => {
        clearTimeout(deadline);
        this.#forget(transactionId, settle);
        resolve(reply);
      };
    });
    if (this.#isClosed) settle(undefined);
    else this.#add(transactionId, cycleId, settle);
    this.#timer ??= setInterval(() => this.#poll(), this.#options.pollMs ?? POLL_MS).unref();
    return {
      reply: (timeoutMs) => {
        const isWaiting = this.#waiting.get(transactionId)?.settles.includes(settle);
        if (isWaiting) deadline = setTimeout(settle, Math.max(0, timeoutMs), undefined);
        return replied;
      },
      cancel: () => settle(undefined),
    };
  }

  /** Gives replies to those who wait for them. What is on hold gives none: its callers wait no longer. */
  deliver(replies: readonly Reply[]): void {
    for (const told of replies) {
      const reply = told.state === "QUEUED" && told.response === null ? undefined : told;
      for (const settle of [...(this.#waiting.get(told.transactionId)?.settles ?? [])]) settle(reply);
    }
  }

  /** Looks at those of these transactions that someone here waits for. */
  notice(transactionIds: Iterable<string>): void {
    for (const id of transactionIds) if (this.#waiting.has(id)) this.#due.add(id);
    // After every notification that is here now has been taken in.
    if (this.#due.size > 0 && !this.#isReading) setImmediate(() => this.#readDue());
  }

  /** Ends the waiting for transactions of those of these cycles that are stopped now. Those that have ended by then get their reply. */
  async releaseStopped(cycleIds: readonly string[]): Promise<void> {
    const { read, readStopped, onError } = this.#options;
    const waitedFor = new Set([...this.#waiting.values()].map(({ cycleId }) => cycleId));
    const asked = cycleIds.filter((id) => waitedFor.has(id));
    if (asked.length === 0) return;
    try {
      const stopped = new Set(await readStopped(asked));
      const ids = [...this.#waiting].filter(([, { cycleId }]) => stopped.has(cycleId)).map(([id]) => id);
      for (let start = 0; start < ids.length; start += MAX_PER_READ) {
        const part = ids.slice(start, start + MAX_PER_READ);
        this.deliver(await read(part));
        this.#release(part);
      }
    } catch (error) {
      onError(error); // the deadline answers
    }
  }

  /** Ends every waiting and all that comes later at once. */
  close(): void {
    this.#isClosed = true;
    this.#stopPolling();
    this.#release([...this.#waiting.keys()]);
  }

  #add(transactionId: string, cycleId: string, settle: Settle) {
    const waiting = this.#waiting.get(transactionId);
    if (waiting) waiting.settles.push(settle);
    else this.#waiting.set(transactionId, { cycleId, settles: [settle], isLong: false });
  }

  #forget(transactionId: string, settle: Settle) {
    const waiting = this.#waiting.get(transactionId);
    if (!waiting?.settles.includes(settle)) return;
    if (waiting.settles.length === 1) this.#waiting.delete(transactionId);
    else waiting.settles.splice(waiting.settles.indexOf(settle), 1);
  }

  async #readDue() {
    if (this.#isReading) return;
    this.#isReading = true;
    while (this.#due.size > 0) {
      const ids = [...this.#due].slice(0, MAX_PER_READ);
      for (const id of ids) this.#due.delete(id);
      try {
        this.deliver(await this.#options.read(ids));
      } catch (error) {
        this.#options.onError(error);
      }
    }
    this.#isReading = false;
  }

  #poll() {
    if (this.#waiting.size === 0) return this.#stopPolling();
    const long = [...this.#waiting].filter(([, { isLong }]) => isLong);
    for (const waiting of this.#waiting.values()) waiting.isLong = true;
    this.notice(long.map(([id]) => id));
    void this.#releaseUnheard(new Set(long.map(([, { cycleId }]) => cycleId)));
  }

  /** A stop may have been told before someone began to wait, or not at all. */
  async #releaseUnheard(cycleIds: ReadonlySet<string>) {
    if (this.#isAsking) return;
    this.#isAsking = true;
    await this.releaseStopped([...cycleIds]);
    this.#isAsking = false;
  }

  #stopPolling() {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #release(transactionIds: readonly string[]) {
    for (const id of transactionIds)
      for (const settle of [...(this.#waiting.get(id)?.settles ?? [])]) settle(undefined);
  }
}
