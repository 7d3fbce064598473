import { randomUUID } from "node:crypto";
import { availableParallelism } from "node:os";
import { FairQueue } from "./fair-queue";
import {
  defaultLimits,
  type ScriptCheck,
  type ScriptError,
  type ScriptForm,
  type ScriptJob,
  type ScriptLimits,
  type ScriptRun,
} from "./job";
import type { CheckReply, RunReply, ThreadRequest } from "./messages";
import { failedRun, runOf } from "./reply";
import { ScriptThread, type ThreadAnswer, type ThreadWork } from "./thread";

export type ScriptPoolOptions = {
  /** The built program of the threads. */
  threadFile: string;
  /** Those of runs that say nothing else. */
  limits?: Partial<ScriptLimits>;
  /** Most threads; as many as there are cores, between 2 and 4, when left out. */
  threads?: number;
  /** Most runs that wait for a thread. */
  maxWaiting?: number;
  /** Most of them of one account. */
  maxWaitingOfAccount?: number;
  /** Most characters that the waiting ones hold together. */
  maxWaitingChars?: number;
  /** Most of them of one account. */
  maxWaitingCharsOfAccount?: number;
  /** Longest that a run waits for a thread. */
  maxWaitMs?: number;
  /** How long after its time a thread has to answer before it is ended. */
  graceMs?: number;
  /** A thread that had nothing to do for so long is ended. */
  idleMs?: number;
  /** A thread has died; another one takes its place. */
  onThreadDied?(error: Error): void;
};

const DEFAULTS = {
  limits: {},
  threads: Math.min(4, Math.max(2, availableParallelism())),
  maxWaiting: 10_000,
  maxWaitingOfAccount: 2_500,
  maxWaitingChars: 128 * 2 ** 20,
  maxWaitingCharsOfAccount: 32 * 2 ** 20,
  maxWaitMs: 5_000,
  graceMs: 500,
  idleMs: 60_000,
  onThreadDied: () => undefined,
};

const BUSY: ScriptError = { kind: "busy", message: "Too many scripts are waiting to be run" };

type Waiting = ThreadWork & { waitsUntil: number };

/**
 * Runs scripts in threads, so that none holds up the loop of the process. Threads start when they are needed and keep no process
 * alive. Accounts take turns, and no account has all threads at once.
 */
export class ScriptPool {
  readonly #options: Required<ScriptPoolOptions>;
  readonly #queue = new FairQueue<Waiting>();
  readonly #threads = new Set<ScriptThread<Waiting>>();
  #isDue = false;
  #idleTimer: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(options: ScriptPoolOptions) {
    this.#options = { ...DEFAULTS, ...options };
  }

  /** How many threads there are, runs are under way and runs wait. */
  get figures(): { threads: number; running: number; waiting: number } {
    const inHand = [...this.#threads].map((thread) => thread.inHand);
    const running = inHand.filter((count) => count > 0).length;
    const waiting = inHand.reduce((sum, count) => sum + count, this.#queue.size) - running;
    return { threads: this.#threads.size, running, waiting };
  }

  /** Runs a script. Whatever the script does is in what is given back; only threads that can't start throw. */
  async run(job: ScriptJob): Promise<ScriptRun> {
    const limits = { ...defaultLimits, ...this.#options.limits, ...job.limits };
    const globals: Record<string, string> = {};
    for (const [name, value] of Object.entries(job.globals)) globals[name] = JSON.stringify(value);
    const { accountId, entry, code, nowMs, seed = newSeed() } = job;
    const answer = await this.#ask(accountId, { task: "run", accountId, entry, code, globals, nowMs, seed, limits });
    return "ended" in answer ? failedRun(job, answer.ended) : runOf(job, answer as RunReply);
  }

  /** Reads code without running it: where it is wrong, and which events' functions it declares. */
  async check({ accountId, code, form }: { accountId: string; code: string; form: ScriptForm }): Promise<ScriptCheck> {
    const answer = await this.#ask(accountId, { task: "check", code, form });
    return "ended" in answer ? { error: answer.ended, events: [] } : (answer as CheckReply);
  }

  /** Ends all threads; runs under way or waiting fail as busy. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#idleTimer);
    for (const waiting of this.#queue.clear()) waiting.done({ ended: BUSY });
    await Promise.all([...this.#threads].map((thread) => thread.end(BUSY)));
  }

  #ask(accountId: string, request: ThreadRequest): Promise<ThreadAnswer> {
    const chars = charsOf(request);
    if (!this.#hasRoom(accountId, chars)) return Promise.resolve({ ended: BUSY });
    return new Promise((resolve, reject) => {
      const done = (answer: ThreadAnswer | Error) => (answer instanceof Error ? reject(answer) : resolve(answer));
      const waitsUntil = performance.now() + this.#options.maxWaitMs;
      this.#queue.add(accountId, { accountId, request, chars, waitsUntil, done });
      this.#dispatchSoon();
    });
  }

  /** The only one that waits may be of any size. */
  #hasRoom(accountId: string, chars: number): boolean {
    const { maxWaiting, maxWaitingOfAccount, maxWaitingChars, maxWaitingCharsOfAccount } = this.#options;
    const theirs = this.#queue.of(accountId);
    return (
      !this.#isClosed &&
      this.#queue.size < maxWaiting &&
      theirs.size < maxWaitingOfAccount &&
      (this.#queue.size === 0 || this.#queue.chars + chars <= maxWaitingChars) &&
      (theirs.size === 0 || theirs.chars + chars <= maxWaitingCharsOfAccount)
    );
  }

  /** Once for all that is asked or answered in this turn of the loop: they travel together. */
  #dispatchSoon(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    setImmediate(() => {
      this.#isDue = false;
      this.#dispatch();
    });
  }

  #dispatch(): void {
    const open = new Set([...this.#threads].filter((thread) => thread.hasRoom));
    while (open.size > 0 && this.#queue.size > 0) {
      const thread = emptiestOf(open);
      const next = this.#takeNext((accountId) => thread.holds(accountId) || this.#mayHaveAnother(accountId));
      if (next) thread.add(next);
      if (!next || !thread.hasRoom) open.delete(thread);
    }
    for (const thread of this.#threads) thread.send();
    if (this.#needsThread()) this.#startThread();
  }

  /** An account leaves one thread to the others. */
  readonly #mayHaveAnother = (accountId: string): boolean => {
    const having = [...this.#threads].filter((thread) => thread.holds(accountId)).length;
    return having < Math.max(1, this.#options.threads - 1);
  };

  /**
   * Whether somebody waits, also in a thread, whom another one could serve. The second thread is begun with the first: an account
   * whose scripts are slow would otherwise keep the others waiting until it has started.
   */
  #needsThread(): boolean {
    if (this.#threads.size === this.#options.threads || this.#isClosed) return false;
    const starting = [...this.#threads].filter((thread) => !thread.isReady).length;
    if (this.#queue.hasNext(this.#mayHaveAnother)) return starting < this.#queue.size;
    if (starting > 0) return false;
    return this.#threads.size === 1 || [...this.#threads].some((thread) => thread.someWaits(this.#mayHaveAnother));
  }

  #takeNext(mayRun: (accountId: string) => boolean): Waiting | undefined {
    for (;;) {
      const next = this.#queue.next(mayRun);
      if (!next) return undefined;
      if (performance.now() <= next.waitsUntil) return next;
      next.done({ ended: BUSY });
    }
  }

  /** Runs that a thread did not come to are the next ones again. */
  #putBack(works: Waiting[]): void {
    for (const work of works.toReversed()) {
      if (this.#isClosed) work.done({ ended: BUSY });
      else this.#queue.putBack(work.accountId, work);
    }
    this.#dispatchSoon();
  }

  #startThread(): void {
    try {
      this.#threads.add(this.#newThread());
    } catch (error) {
      this.#goOnWithout(error as Error);
    }
  }

  /** A thread could not start: those that there are go on alone, and the next reply asks for one again. */
  #goOnWithout(error: Error): void {
    if (this.#threads.size === 0) for (const waiting of this.#queue.clear()) waiting.done(error);
  }

  #newThread(): ScriptThread<Waiting> {
    return new ScriptThread<Waiting>({
      file: this.#options.threadFile,
      graceMs: this.#options.graceMs,
      onRoom: () => {
        this.#dispatchSoon();
        this.#armIdleTimer();
      },
      onBack: (works) => this.#putBack(works),
      onDeath: (error) => this.#options.onThreadDied(error),
      onEnd: (ended, error) => {
        this.#threads.delete(ended);
        if (error) this.#goOnWithout(error);
        else this.#dispatchSoon();
      },
    });
  }

  #armIdleTimer(): void {
    if (this.#idleTimer || this.#isClosed) return;
    this.#idleTimer = setTimeout(() => this.#endIdle(), this.#options.idleMs).unref();
  }

  #endIdle(): void {
    this.#idleTimer = undefined;
    const idleSince = performance.now() - this.#options.idleMs;
    const idle = [...this.#threads].filter(
      (thread) => thread.isReady && thread.inHand === 0 && thread.freeSince <= idleSince,
    );
    // One is left in reserve as long as another is in use.
    const isReserve = this.#threads.size - idle.length === 1;
    for (const thread of idle.slice(isReserve ? 1 : 0)) void thread.end(BUSY);
    if (this.#threads.size > 0) this.#armIdleTimer();
  }
}

/** The thread with the least in hand; of free ones the last to become so, so that the others can end. */
function emptiestOf(threads: Iterable<ScriptThread<Waiting>>): ScriptThread<Waiting> {
  return [...threads].reduce((best, thread) =>
    thread.inHand < best.inHand || (thread.inHand === best.inHand && thread.freeSince > best.freeSince) ? thread : best,
  );
}

/** Not `randomBytes`, which asks the system each time. */
const newSeed = (): string => randomUUID().replaceAll("-", "");

/** What a waiting request holds, in characters. */
function charsOf(request: ThreadRequest): number {
  const texts = request.task === "run" ? Object.values(request.globals) : [];
  return texts.reduce((sum, text) => sum + text.length, request.code.length);
}
