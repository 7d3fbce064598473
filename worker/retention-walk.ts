import { firstUuid7At, timeOfUuid7 } from "@/lib/core/uuid7-range";

const DAY_MS = 86_400_000;
/** A walk begins with this much time in one slice, and takes more where there is little. */
const FIRST_SLICE_MS = 1_000;
const GROWTH = 8;

/** The last id that can come before those of a time. */
export const lastUuid7Before = (ms: number): string => `${firstUuid7At(new Date(ms)).slice(0, 18)}-7fff-ffffffffffff`;

/** Ids behind `after` and before `before`, all of one UTC day. */
export type Slice = { after: string; before: string };

/**
 * Goes over the ids of some accounts from one place to a time, slice by slice, so that each is read once. A slice takes as much
 * time as has about one statement's rows.
 */
export class Walk {
  readonly accountIds: readonly string[];
  /** Days that what it looks for is kept. */
  readonly days: number;
  readonly #endMs: number;
  #after: string;
  #sliceMs = FIRST_SLICE_MS;

  /** @param after the place it begins behind; `endMs`: where it ends, in milliseconds since 1970 */
  constructor(walk: { accountIds: readonly string[]; days: number; after: string; endMs: number }) {
    this.accountIds = walk.accountIds;
    this.days = walk.days;
    this.#after = walk.after;
    this.#endMs = walk.endMs;
  }

  /** Everything up to this id was read. */
  get after(): string {
    return this.#after;
  }

  get isDone(): boolean {
    return timeOfUuid7(this.#after) >= this.#endMs;
  }

  /** What is to be read next. */
  get slice(): Slice {
    return { after: this.#after, before: firstUuid7At(new Date(this.#sliceEndMs())) };
  }

  #sliceEndMs(): number {
    const fromMs = timeOfUuid7(this.#after);
    const midnight = (Math.floor(fromMs / DAY_MS) + 1) * DAY_MS;
    return Math.min(fromMs + this.#sliceMs, midnight, this.#endMs);
  }

  /**
   * Goes on behind what was read of the slice: its first rows when they were `most`, as many as a statement reads, or else all.
   *
   * @returns how much time that was, in milliseconds
   */
  advance(read: { ids: readonly string[]; most: number }): number {
    const fromMs = timeOfUuid7(this.#after);
    const isFull = read.ids.length >= read.most;
    this.#after = isFull ? read.ids.at(-1)! : lastUuid7Before(this.#sliceEndMs());
    const coveredMs = timeOfUuid7(this.#after) - fromMs;
    if (isFull) this.#sliceMs = Math.max(1, 2 * coveredMs);
    else if (read.ids.length < read.most / 2) this.#sliceMs = Math.min(DAY_MS, this.#sliceMs * GROWTH);
    return coveredMs;
  }
}

export type Walking = { accountId: string; days: number; after: string };

/**
 * Walks for some accounts: those that keep for as many days, and of which as much was read, go together, so that what lies
 * together is deleted together.
 *
 * @param endMs the end of a walk for so many days, in milliseconds since 1970
 */
export function planWalks(accounts: readonly Walking[], endMs: (days: number) => number): Walk[] {
  const groups = new Map<string, { accountIds: string[]; days: number; after: string; endMs: number }>();
  for (const { accountId, days, after } of accounts) {
    const key = `${days} ${after}`;
    const group = groups.get(key) ?? { accountIds: [], days, after, endMs: endMs(days) };
    group.accountIds.push(accountId);
    groups.set(key, group);
  }
  return [...groups.values()].map((group) => new Walk(group)).filter((walk) => !walk.isDone);
}
