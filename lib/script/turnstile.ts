/**
 * Which run a thread has begun last, in memory that it shares with the one who hands runs to it. Runs are numbered in the order
 * in which they are handed over; either side finds out in one step whether a run has begun, so none is run twice or lost.
 */
export class Turnstile {
  readonly #word: Int32Array<SharedArrayBuffer>;
  /** What the word was set to when runs were taken back, and the last one that had begun then. */
  #passedTo = 0;
  #begunThen = 0;

  /** @param memory of the other side; new memory when it is left out */
  constructor(readonly memory: SharedArrayBuffer = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT)) {
    this.#word = new Int32Array(memory);
  }

  /** The number after another one: they go round. */
  static after(number: number): number {
    return (number + 1) | 0;
  }

  /** For the thread: false when the run was taken back. Must be asked in the order of the numbers. */
  begin(number: number): boolean {
    const before = (number - 1) | 0;
    return Atomics.compareExchange(this.#word, 0, before, number) === before;
  }

  /** For the other side: the number of the run that began last. */
  get begun(): number {
    return this.#meaning(Atomics.load(this.#word, 0));
  }

  /** Keeps all runs up to `last`, the last one handed over, from beginning; gives the number of the run that began last. */
  takeBack(last: number): number {
    for (;;) {
      const word = Atomics.load(this.#word, 0);
      const begun = this.#meaning(word);
      if (word === last) return begun;
      if (Atomics.compareExchange(this.#word, 0, word, last) !== word) continue;
      this.#passedTo = last;
      this.#begunThen = begun;
      return begun;
    }
  }

  #meaning(word: number): number {
    return word === this.#passedTo ? this.#begunThen : word;
  }
}
