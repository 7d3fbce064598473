/** The time of a run: what its clocks show, and when its time is over. */
export class Clock {
  /** Whether the script has looked at it. */
  wasRead = false;
  #shownMs = 0;
  /** Whether anybody has seen that the time is over; from then on it stays so, whatever the script catches. */
  wasOver = false;
  #deadline = Number.POSITIVE_INFINITY;

  /** @param deadline on the clock of `performance.now()` */
  start(shownMs: number, deadline: number): void {
    this.#shownMs = shownMs;
    this.wasRead = false;
    this.#deadline = deadline;
    this.wasOver = false;
  }

  /** Milliseconds since 1970 that the script sees. */
  read(): number {
    this.wasRead = true;
    return this.#shownMs;
  }

  isOver(): boolean {
    this.wasOver ||= performance.now() > this.#deadline;
    return this.wasOver;
  }
}
