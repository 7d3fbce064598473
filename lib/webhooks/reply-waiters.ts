import type { Reply } from "@/lib/queue/replies";

export type ReplyWaitersOptions = {
  /** Of these transactions, those that have a response or have ended. */
  read: (transactionIds: readonly string[]) => Promise<Reply[]>;
  /** Of these cycles, those that are stopped: their transactions don't go on for now. */
  readStopped: (cycleIds: readonly string[]) => Promise<string[]>;
  /** Told of a read that failed; the next poll tries again. */
  onError: (error: unknown) => void;
  /** Milliseconds between two looks at all that wait, should a notification be lost. */
  pollMs?: number;
};

export type Waiter = {
  /** The reply; undefined when `timeoutMs` have passed, or the cycle or the process stops. Call it once. */
  reply(timeoutMs: number): Promise<Reply | undefined>;
  /** Waits no more: `reply` gives undefined. */
  cancel(): void;
};

const MAX_PER_READ = 1_000;

type Waiting = { cycleId: string; settle: (reply: Reply | undefined) => void };

/** Brings the replies of synchronous transactions to those who wait for them: one read serves many. */
export class ReplyWaiters {
  readonly #options: ReplyWaitersOptions;
  readonly #waiting = new Map<string, Waiting>();
  readonly #due = new Set<string>();
  #isReading = false;
  #isClosed = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: ReplyWaitersOptions) {
    this.#options = options;
  }

  /** How many wait. */
  get size(): number {
    return this.#waiting.size;
  }

  /** Begins to listen for a transaction's reply. Do it before the transaction can run, and no reply is missed. */
  register(transactionId: string, cycleId: string): Waiter {
    let settle: Waiting["settle"] = () => {};
    let deadline: NodeJS.Timeout | undefined;
    const replied = new Promise<Reply | undefined>((resolve) => {
      settle = (reply) => {
        clearTimeout(deadline);
        this.#waiting.delete(transactionId);
        resolve(reply);
      };
    });
    if (this.#isClosed) settle(undefined);
    else this.#waiting.set(transactionId, { cycleId, settle });
    this.#timer ??= setInterval(() => this.#poll(), this.#options.pollMs ?? 1_000).unref();
    return {
      reply: (timeoutMs) => {
        const isWaiting = this.#waiting.get(transactionId)?.settle === settle;
        if (isWaiting) deadline = setTimeout(settle, Math.max(0, timeoutMs), undefined);
        return replied;
      },
      cancel: () => settle(undefined),
    };
  }

  /** Gives replies that came with a notification to those who wait for them. */
  deliver(replies: readonly Reply[]): void {
    for (const reply of replies) this.#waiting.get(reply.transactionId)?.settle(reply);
  }

  /** Looks at those of these transactions that someone here waits for. */
  notice(transactionIds: Iterable<string>): void {
    for (const id of transactionIds) if (this.#waiting.has(id)) this.#due.add(id);
    // After every notification that is here now has been taken in.
    if (this.#due.size > 0 && !this.#isReading) setImmediate(() => this.#readDue());
  }

  /** Ends the waiting for transactions of those of these cycles that are stopped now. */
  async releaseStopped(cycleIds: readonly string[]): Promise<void> {
    const { readStopped, onError } = this.#options;
    const waitedFor = new Set([...this.#waiting.values()].map(({ cycleId }) => cycleId));
    const asked = cycleIds.filter((id) => waitedFor.has(id));
    if (asked.length === 0) return;
    try {
      const stopped = new Set(await readStopped(asked));
      this.#release((cycleId) => stopped.has(cycleId));
    } catch (error) {
      onError(error); // the deadline answers
    }
  }

  /** Ends every waiting and all that comes later at once. */
  close(): void {
    this.#isClosed = true;
    this.#stopPolling();
    this.#release(() => true);
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
    if (this.#waiting.size > 0) this.notice(this.#waiting.keys());
    else this.#stopPolling();
  }

  #stopPolling() {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #release(isMeant: (cycleId: string) => boolean) {
    for (const { cycleId, settle } of [...this.#waiting.values()]) if (isMeant(cycleId)) settle(undefined);
  }
}
