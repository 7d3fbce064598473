/** How long workers are told nothing more of jobs that nobody waits for, in milliseconds: they look again after so long themselves. */
const QUIET_MS = 25;

export type JobNewsOptions = {
  /** Tells the workers that there may be something to do. */
  tell: () => Promise<unknown>;
  /** Milliseconds, of any clock that only goes forward. */
  now: () => number;
};

/**
 * Says when a batch of jobs that nobody waits for tells the workers of it. Each notification wakes a connection of every worker and of
 * every door; of the batches that come soon after one that told it, only the last is told of, a little later.
 */
export class JobNews {
  readonly #options: JobNewsOptions;
  #toldAt = Number.NEGATIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: JobNewsOptions) {
    this.#options = options;
  }

  /** Begins a batch. True: it says nothing itself, and `stored` is called when it is there; false: it tells, as the first for a while. */
  beginsQuietly(): boolean {
    const now = this.#options.now();
    if (now - this.#toldAt < QUIET_MS) return true;
    this.#toldAt = now;
    return false;
  }

  /** A batch that said nothing is committed. */
  stored(): void {
    const ms = this.#toldAt + QUIET_MS - this.#options.now();
    this.#timer ??= setTimeout(() => void this.#tell(), Math.max(ms, 0));
  }

  /** Tells what is not told yet. */
  async close(): Promise<void> {
    if (this.#timer) await this.#tell();
  }

  async #tell(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#toldAt = this.#options.now();
    await this.#options.tell().catch(() => {}); // workers find them by looking
  }
}
