/** Why a run shall not go on beyond the next step boundary. */
export type HaltReason = "given-back" | "cancelled" | "lost";

/** How the rest of the worker reaches into a run that is under way. */
export class RunControl {
  #halt: HaltReason | undefined;
  #abort: AbortController | undefined;
  #wake: (() => void) | undefined;

  get halt(): HaltReason | undefined {
    return this.#halt;
  }

  get cancelled(): boolean {
    return this.#halt === "cancelled";
  }

  /** Aborts when a call under way shall be broken off. */
  get signal(): AbortSignal {
    this.#abort ??= new AbortController();
    if (this.#halt === "cancelled" || this.#halt === "lost") this.#abort.abort();
    return this.#abort.signal;
  }

  /** Gives it back at the next step boundary; a call under way may end. */
  giveBack(): void {
    if (this.#halt === undefined) this.#set("given-back");
  }

  /** Ends it as cancelled at once; a call under way is broken off. */
  cancel(): void {
    if (this.#halt === "lost") return;
    this.#set("cancelled");
    this.#abort?.abort();
  }

  /** Drops it without another write; a call under way is broken off. */
  lose(): void {
    this.#set("lost");
    this.#abort?.abort();
  }

  /** Breaks off a call under way, which is made again later. */
  breakOff(): void {
    this.giveBack();
    this.#abort?.abort();
  }

  /** Waits, until the run shall not go on. */
  async sleep(ms: number): Promise<void> {
    if (this.#halt !== undefined || ms <= 0) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#wake = undefined;
  }

  #set(reason: HaltReason): void {
    this.#halt = reason;
    this.#wake?.();
  }
}
