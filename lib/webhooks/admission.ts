const MEBIBYTE = 1024 * 1024;

/** What waits to be stored. */
export type Backlog = {
  items: number;
  bytes: number;
  /** How long the oldest of it has waited, in milliseconds. */
  oldestMs: number;
};

/** From any of these on, requests are turned away. */
const TOO_MUCH: Backlog = { items: 10_000, bytes: 128 * MEBIBYTE, oldestMs: 5_000 };
/** Below all of these, they are let in again. */
const LITTLE: Backlog = { items: 1_000, bytes: 16 * MEBIBYTE, oldestMs: 1_000 };

export type AdmissionBounds = { tooMuch?: Backlog; little?: Backlog };

/**
 * Turns requests away before their bodies are read while the database can't keep up, so that memory stays flat and those who are let
 * in are stored in time. It opens again only when little waits, so that it does not flutter.
 */
export class AdmissionGate {
  readonly #backlog: () => Backlog;
  readonly #tooMuch: Backlog;
  readonly #little: Backlog;
  #isClosed = false;

  constructor(backlog: () => Backlog, { tooMuch = TOO_MUCH, little = LITTLE }: AdmissionBounds = {}) {
    this.#backlog = backlog;
    this.#tooMuch = tooMuch;
    this.#little = little;
  }

  /** Whether a request that comes now is turned away. */
  get isClosed(): boolean {
    const { items, bytes, oldestMs } = this.#backlog();
    const [tooMuch, little] = [this.#tooMuch, this.#little];
    if (!this.#isClosed) {
      this.#isClosed = items >= tooMuch.items || bytes >= tooMuch.bytes || oldestMs >= tooMuch.oldestMs;
    } else if (items < little.items && bytes < little.bytes && oldestMs < little.oldestMs) this.#isClosed = false;
    return this.#isClosed;
  }
}
