/** How long slots may stay as they were given out while only synchronous jobs of the same cycles come, in milliseconds. */
export const GRANTED_MS = 250;

/** What a worker was woken for since its last claim, to say whether the slots that it has are enough for it. */
export class Wakers {
  /** Cycles; undefined when it was woken for anything. */
  #cycleIds: Set<string> | undefined;
  #grantedAt = Number.NEGATIVE_INFINITY;

  /** Synchronous jobs of these cycles are ready; without ids anything may be. */
  note(cycleIds: readonly string[] = []): void {
    if (cycleIds.length === 0) this.#cycleIds = undefined;
    else for (const id of cycleIds) this.#cycleIds?.add(id);
  }

  /** Slots were given out anew at this time, in milliseconds of a clock that only goes forward. */
  granted(nowMs: number): void {
    this.#grantedAt = nowMs;
  }

  /**
   * For a claim that begins now: the cycles of which synchronous jobs may be ready, and nothing else; undefined when all cycles have to be
   * looked at, also because that was long ago.
   */
  take(nowMs: number): ReadonlySet<string> | undefined {
    const cycleIds = this.#cycleIds;
    this.#cycleIds = new Set();
    if (!cycleIds || cycleIds.size === 0) return undefined;
    return nowMs - this.#grantedAt < GRANTED_MS ? cycleIds : undefined;
  }
}
