import { Worker } from "node:worker_threads";
import { limitErrors } from "./failure";
import { defaultLimits, type ScriptError, type ScriptLimits } from "./job";
import type { ThreadMessage, ThreadReply, ThreadRequest } from "./messages";
import { Turnstile } from "./turnstile";

/** For what is handed over and what the helpers make of it; QuickJS has its memory elsewhere. */
const RESOURCE_LIMITS = { maxOldGenerationSizeMb: 192, maxYoungGenerationSizeMb: 32 };

/** Runs are handed ahead for so many milliseconds of work; those that have not begun by then are taken back. */
const AHEAD_MS = 10;

/** Most runs that a thread has in hand, and most characters of those after the first. */
const MOST_IN_HAND = 32;
const MOST_CHARS = 2 ** 20;

/** A run that so many threads have died of is not begun again. */
const MOST_DEATHS = 2;

/** How much a reply changes what is thought of the next run's time, and what is thought before the first. */
const WEIGHT = 1 / 8;
const FIRST_GUESS_MS = 2;

/** The reply, or why the thread was ended without one. */
export type ThreadAnswer = ThreadReply | { ended: ScriptError };

export type ThreadWork = {
  accountId: string;
  request: ThreadRequest;
  /** What the request holds, in characters. */
  chars: number;
  /** How many threads have died while they ran it. */
  deaths?: number;
  /** Told once. An Error is a fault of ours. */
  done(answer: ThreadAnswer | Error): void;
};

export type ScriptThreadOptions<Work extends ThreadWork> = {
  file: string;
  /** Milliseconds after a script's own time in which the thread must answer. */
  graceMs: number;
  /** The thread can take work: for the first time, or more. */
  onRoom(): void;
  /** Work that has not begun, or whose reply is lost, in its order: it is to be done elsewhere as if it had never been here. */
  onBack(work: Work[]): void;
  /** It has ended by itself, although it could take work. */
  onDeath(error: Error): void;
  /** It is gone; with `error` when it could never take any work. */
  onEnd(thread: ScriptThread<Work>, error: Error | undefined): void;
};

/** A thread that runs scripts one after the other, some of them handed to it ahead, and that is ended when it gives no answer. */
export class ScriptThread<Work extends ThreadWork> {
  /** When it became free, by `performance.now()`. */
  freeSince = 0;
  readonly #worker: Worker;
  readonly #options: ScriptThreadOptions<Work>;
  readonly #turnstile = new Turnstile();
  /** Begun, or waiting in the thread, oldest first. */
  #inHand: { number: number; work: Work }[] = [];
  #unsent: ThreadRequest[] = [];
  /** Number of the last one handed over. */
  #last = 0;
  /** Since when the oldest one could run; this and the next two by `performance.now()`. */
  #oldestSince = 0;
  #checkedAt = 0;
  #dueAt = 0;
  #timer: NodeJS.Timeout | undefined;
  /** About how long a run takes here, in milliseconds. */
  #runMs = FIRST_GUESS_MS;
  #isReady = false;
  #wasReady = false;
  #isEnding = false;
  #problem: Error | undefined;

  constructor(options: ScriptThreadOptions<Work>) {
    this.#options = options;
    const settings = { env: {}, argv: [], execArgv: [], resourceLimits: RESOURCE_LIMITS, name: "script" };
    this.#worker = new Worker(options.file, { ...settings, workerData: this.#turnstile.memory });
    this.#worker.on("message", (message: ThreadMessage) => this.#onMessage(message));
    this.#worker.on("error", (error) => {
      this.#problem = error;
    });
    this.#worker.on("exit", () => this.#onExit());
  }

  /** Whether it could run something at once. */
  get isReady(): boolean {
    return this.#isReady && !this.#isEnding;
  }

  /** How many it runs or has waiting. */
  get inHand(): number {
    return this.#inHand.length;
  }

  /** Says whether some of its work is an account's. */
  holds(accountId: string): boolean {
    return this.#inHand.some(({ work }) => work.accountId === accountId);
  }

  /** Says whether work that waits in it meets a condition. */
  someWaits(condition: (accountId: string) => boolean): boolean {
    return this.#inHand.some(({ work }, index) => index > 0 && condition(work.accountId));
  }

  /** Says whether it may be given more: nothing is put behind a run that is slow. */
  get hasRoom(): boolean {
    if (!this.isReady) return false;
    if (this.#inHand.length === 0) return true;
    const most = Math.min(MOST_IN_HAND, AHEAD_MS / this.#runMs);
    const isQuick = performance.now() - this.#oldestSince < AHEAD_MS;
    return isQuick && this.#inHand.length < most && this.#chars() < MOST_CHARS;
  }

  #chars(): number {
    return this.#inHand.reduce((sum, { work }) => sum + work.chars, 0);
  }

  /** Puts work behind what is in hand; `send` hands it over. */
  add(work: Work): void {
    if (this.#inHand.length === 0) this.#oldestSince = performance.now();
    this.#last = Turnstile.after(this.#last);
    this.#inHand.push({ number: this.#last, work });
    this.#unsent.push(work.request);
  }

  /** Hands over what was added. */
  send(): void {
    if (this.#unsent.length === 0) return;
    this.#worker.ref();
    this.#worker.postMessage({ first: (this.#last - this.#unsent.length + 1) | 0, requests: this.#unsent });
    this.#unsent = [];
    this.#arm();
  }

  /** Ends the thread; what it has in hand fails by `error`. */
  async end(error: ScriptError): Promise<void> {
    const works = this.#takeAll();
    this.#isEnding = true;
    for (const work of works) work.done({ ended: error });
    await this.#worker.terminate();
  }

  #takeAll(): Work[] {
    return this.#inHand.splice(0).map(({ work }) => work);
  }

  #arm(): void {
    if (this.#inHand.length === 0) return;
    const now = performance.now();
    const waitMs = this.#inHand.length > 1 ? AHEAD_MS : this.#allowedMs();
    // What could not be taken back is looked at again later.
    const due = Math.max(this.#oldestSince + waitMs, now + 1, this.#checkedAt + AHEAD_MS);
    if (this.#timer && this.#dueAt <= due) return;
    clearTimeout(this.#timer);
    this.#dueAt = due;
    // Replies that came while this side was busy are read between the two.
    this.#timer = setTimeout(() => setImmediate(() => this.#check()), due - now).unref();
  }

  /** How long the run that began last may take until its answer is here. */
  #allowedMs(): number {
    return limitsOf((this.#running() ?? this.#inHand[0]!).work).cpuMs + this.#options.graceMs;
  }

  /** The run that began last; undefined when it is answered. */
  #running() {
    const { begun } = this.#turnstile;
    return this.#inHand.find(({ number }) => number === begun);
  }

  #check(): void {
    this.#timer = undefined;
    if (this.#inHand.length === 0) return;
    this.#checkedAt = performance.now();
    const tookMs = this.#checkedAt - this.#oldestSince;
    const running = this.#running();
    const isLate = tookMs >= this.#allowedMs();
    if (tookMs >= AHEAD_MS && running) this.#takeBack();
    // It may have ended in this very moment.
    if (isLate && this.#running() === running) this.#giveUp(running?.work);
    this.#arm();
  }

  /** Keeps what has not begun from beginning here. */
  #takeBack(): void {
    const begun = this.#turnstile.takeBack(this.#last);
    const back = this.#inHand.splice(this.#inHand.findIndex(({ number }) => number === begun) + 1);
    if (back.length > 0) this.#options.onBack(back.map(({ work }) => work));
  }

  /** The run that takes too long fails, and no other does. */
  #giveUp(late: Work | undefined): void {
    this.#leave(late, (work) => ({ ended: limitErrors.timeout(limitsOf(work).cpuMs) }));
    void this.#worker.terminate();
  }

  /** One work ends with an answer; the others go back. */
  #leave(lost: Work | undefined, answer: (work: Work) => ThreadAnswer): void {
    const others = this.#takeAll().filter((work) => work !== lost);
    this.#isEnding = true;
    if (others.length > 0) this.#options.onBack(others);
    if (lost) lost.done(answer(lost));
  }

  #onMessage(message: ThreadMessage): void {
    if (this.#isEnding) return;
    if (message.kind === "replies") this.#takeReplies(message.replies);
    this.#isReady = message.kind === "ready" || message.isReady;
    this.#wasReady = true;
    if (!this.#isReady) return this.#takeBack();
    if (this.#inHand.length === 0) {
      this.freeSince = performance.now();
      // A thread with nothing to do keeps no process alive.
      this.#worker.unref();
    }
    this.#options.onRoom();
  }

  #takeReplies(replies: ThreadReply[]): void {
    this.#oldestSince = performance.now();
    for (const reply of replies) {
      if ("cpuMs" in reply) this.#runMs += (reply.cpuMs - this.#runMs) * WEIGHT;
      this.#inHand.shift()?.work.done(reply);
    }
  }

  #onExit(): void {
    if (this.#wasReady && !this.#isEnding) this.#die(this.#problem ?? new Error("It has ended by itself"));
    this.#isEnding = true;
    this.#options.onEnd(this, this.#wasReady ? undefined : this.#problem);
  }

  /** Which run it died of is known. That one is tried once more, since the fault may be the thread's; a run has no effect but its reply. */
  #die(error: Error): void {
    const lost = (this.#running() ?? this.#inHand[0])?.work;
    if (lost) lost.deaths = (lost.deaths ?? 0) + 1;
    const isOutOfMemory = "code" in error && error.code === "ERR_WORKER_OUT_OF_MEMORY";
    const isLost = isOutOfMemory || lost?.deaths === MOST_DEATHS;
    this.#leave(isLost ? lost : undefined, (work) => ({
      ended: isOutOfMemory ? limitErrors.memory(limitsOf(work).memoryBytes) : limitErrors.broken(),
    }));
    this.#options.onDeath(error);
  }
}

const limitsOf = ({ request }: ThreadWork): ScriptLimits => (request.task === "run" ? request.limits : defaultLimits);
