/** How long a count is believed, in milliseconds. */
const BELIEVED_MS = 5_000;

/** Knows about how many web processes live. It asks only while somebody wants to know, and goes on with what it knows meanwhile. */
export class LiveProcesses {
  readonly #read: () => Promise<number>;
  readonly #now: () => number;
  #count = 1;
  #askAgainAt = 0;

  /** @param now milliseconds, of any clock that only goes forward */
  constructor(read: () => Promise<number>, now: () => number) {
    this.#read = read;
    this.#now = now;
  }

  /** At least 1. */
  get count(): number {
    if (this.#now() >= this.#askAgainAt) {
      this.#askAgainAt = this.#now() + BELIEVED_MS;
      this.#read().then(
        (count) => {
          this.#count = Math.max(count, 1);
        },
        () => {}, // the last count holds until the next time
      );
    }
    return this.#count;
  }
}
