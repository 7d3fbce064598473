const SECOND_MS = 1_000;

/** Lets so many log lines of a kind through in a second, and tells at its end how many it left out. */
export class LineCap {
  readonly #perSecond: number;
  readonly #onLeftOut: (lines: number) => void;
  #taken = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(perSecond: number, onLeftOut: (lines: number) => void) {
    this.#perSecond = perSecond;
    this.#onLeftOut = onLeftOut;
  }

  /** Whether one more line may be written now. */
  take(): boolean {
    this.#timer ??= setTimeout(() => this.#end(), SECOND_MS).unref();
    return ++this.#taken <= this.#perSecond;
  }

  #end(): void {
    const leftOut = this.#taken - this.#perSecond;
    this.#taken = 0;
    this.#timer = undefined;
    if (leftOut > 0) this.#onLeftOut(leftOut);
  }
}
