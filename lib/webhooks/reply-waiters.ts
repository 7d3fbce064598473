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

export type ReplyWaiters = {
  /** Begins to listen for a transaction's reply. Do it before the transaction can run, and no reply is missed. */
  register(transactionId: string, cycleId: string): Waiter;
  /** Looks at those of these transactions that someone here waits for. */
  notice(transactionIds: readonly string[]): void;
  /** Ends the waiting for transactions of those of these cycles that are stopped now. */
  releaseStopped(cycleIds: readonly string[]): Promise<void>;
  /** Ends every waiting and all that comes later at once. */
  close(): void;
  /** How many wait. */
  readonly size: number;
};

const MAX_PER_READ = 1_000;

/** Brings the replies of synchronous transactions to those who wait for them: one read serves many. */
export function createReplyWaiters(options: ReplyWaitersOptions): ReplyWaiters {
  const { read, readStopped, onError, pollMs = 1_000 } = options;
  const waiting = new Map<string, { cycleId: string; settle: (reply: Reply | undefined) => void }>();
  const due = new Set<string>();
  let reading = false;
  let closed = false;
  let timer: NodeJS.Timeout | undefined;

  async function readDue() {
    if (reading) return;
    reading = true;
    while (due.size > 0) {
      const ids = [...due].slice(0, MAX_PER_READ);
      for (const id of ids) due.delete(id);
      try {
        for (const reply of await read(ids)) waiting.get(reply.transactionId)?.settle(reply);
      } catch (error) {
        onError(error);
      }
    }
    reading = false;
  }

  function notice(transactionIds: Iterable<string>) {
    for (const id of transactionIds) if (waiting.has(id)) due.add(id);
    // After every notification that is here now has been taken in.
    if (due.size > 0 && !reading) setImmediate(readDue);
  }

  function poll() {
    if (waiting.size > 0) notice(waiting.keys());
    else stopPolling();
  }

  function release(isMeant: (cycleId: string) => boolean) {
    for (const { cycleId, settle } of [...waiting.values()]) if (isMeant(cycleId)) settle(undefined);
  }

  function stopPolling() {
    clearInterval(timer);
    timer = undefined;
  }

  return {
    register(transactionId, cycleId) {
      let settle: (reply: Reply | undefined) => void = () => {};
      let deadline: NodeJS.Timeout | undefined;
      const replied = new Promise<Reply | undefined>((resolve) => {
        settle = (reply) => {
          clearTimeout(deadline);
          waiting.delete(transactionId);
          resolve(reply);
        };
      });
      if (closed) settle(undefined);
      else waiting.set(transactionId, { cycleId, settle });
      timer ??= setInterval(poll, pollMs).unref();
      return {
        reply(timeoutMs) {
          if (waiting.get(transactionId)?.settle === settle)
            deadline = setTimeout(settle, Math.max(0, timeoutMs), undefined);
          return replied;
        },
        cancel: () => settle(undefined),
      };
    },
    notice,
    async releaseStopped(cycleIds) {
      const waitedFor = new Set([...waiting.values()].map(({ cycleId }) => cycleId));
      const asked = cycleIds.filter((id) => waitedFor.has(id));
      if (asked.length === 0) return;
      try {
        const stopped = new Set(await readStopped(asked));
        release((cycleId) => stopped.has(cycleId));
      } catch (error) {
        onError(error); // the deadline answers
      }
    },
    close() {
      closed = true;
      stopPolling();
      release(() => true);
    },
    get size() {
      return waiting.size;
    },
  };
}
