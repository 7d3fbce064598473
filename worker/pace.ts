const MOST_CYCLES = 2_000;
/** Cycles that each claim is told of. */
const MOST_QUICK = 64;
/** Jobs that one slot may hold where they take less than a millisecond. */
export const MOST_AHEAD = 32;
/** The same where they take less than 5. */
const QUICK_AHEAD = 16;
/** How much the newest duration counts. */
const WEIGHT = 0.2;

/** Learns how long each cycle's transactions take, to say how many of them are worth claiming ahead. */
export class Pace {
  readonly #averageMs = new Map<string, number>();

  /** Notes how long a transaction had a slot. */
  note(cycleId: string, durationMs: number): void {
    const known = this.#averageMs.get(cycleId);
    if (known === undefined && this.#averageMs.size >= MOST_CYCLES) this.#averageMs.clear();
    this.#averageMs.delete(cycleId);
    this.#averageMs.set(cycleId, known === undefined ? durationMs : known + (durationMs - known) * WEIGHT);
  }

  /** Jobs that one slot may hold: 1 when they take long or nothing is known, 32 when they take less than a millisecond. */
  readonly ahead = (cycleId: string): number => {
    const averageMs = this.#averageMs.get(cycleId);
    if (averageMs === undefined || averageMs > 20) return 1;
    if (averageMs > 5) return 4;
    return averageMs > 1 ? QUICK_AHEAD : MOST_AHEAD;
  };

  /** Whether its transactions take so little time that one worker can run many of them, one soon after the other. */
  isQuick(cycleId: string): boolean {
    return this.ahead(cycleId) >= QUICK_AHEAD;
  }

  /** The cycles noted last for which `ahead` is more than 1. */
  quickCycleIds(): string[] {
    return [...this.#averageMs.keys()].slice(-MOST_QUICK).filter((id) => this.ahead(id) > 1);
  }
}
