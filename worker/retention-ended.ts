import { KEPT_DAYS, listedIds } from "@/lib/core/partition-days";
import { timeOfUuid7 } from "@/lib/core/uuid7-range";
import {
  deleteEnded,
  type EndedRow,
  findShortRetentions,
  ROWS_PER_STATEMENT,
  readCompleted,
  readFailed,
  readLingering,
  type ShortRetention,
} from "@/lib/queue/delete-ended";
import type { Db } from "@/lib/queue/statement";
import { type RemovedPart, removePart } from "./retention-pace";
import { lastUuid7Before, planWalks, type Walk } from "./retention-walk";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Younger transactions are not looked at: nearly all that are older have ended and can be deleted when they are read. */
const YOUNG_MS = 60_000;
/** Ids are made by the doors' clocks. One that is behind by no more than this makes none that is never looked at. */
const LATE_MS = HOUR_MS;
const LOOK_BACK_MS = HOUR_MS;
const TURN_MS = 60_000;
/** Parts of those that linger that are looked at in one round. */
const LINGERING_PARTS = 20;

type Kind = "completed" | "failed";
type Round = { db: Db; now: Date; signal: AbortSignal };
type WalkOfKind = { kind: Kind; walk: Walk; heldAt: string | undefined };

/** Removes the ended transactions of accounts that keep them for a shorter time than their day is kept. */
export class EndedRemoval {
  readonly #mostLingering: number;
  /** By account, the id up to which its transactions were read; those that failed are read on their own. */
  readonly #places: Record<Kind, Map<string, string>> = { completed: new Map(), failed: new Map() };
  /** Ids of transactions that were read, but had not ended by then or not long enough ago. */
  readonly #lingering = new Set<string>();
  #lookedBackAt = 0;

  /** @param options `mostLingering`: how many of those are remembered */
  constructor({ mostLingering = 50_000 } = {}) {
    this.#mostLingering = mostLingering;
  }

  /**
   * Removes what is past its account's retention, with rests. Breaks off when `signal` says so or after a minute, so that what has
   * become due meanwhile does not wait behind all that there was.
   *
   * @returns the number of transactions, and whether there are more
   */
  async remove(round: Round): Promise<{ removed: number; goesOn: boolean }> {
    const retentions = await findShortRetentions(round.db, KEPT_DAYS);
    this.#lookBack(round.now);
    const lingering = await this.#removeLingering(round);
    const walks = (["completed", "failed"] as const).flatMap((kind) => this.#plan(round, retentions, kind));
    try {
      const removed = lingering + (await this.#walk(round, walks));
      return { removed, goesOn: walks.some(({ walk }) => !walk.isDone) };
    } finally {
      for (const each of walks) this.#remember(each);
    }
  }

  /** Looks again, once an hour, where transactions may have come late or failed late. */
  #lookBack(now: Date): void {
    if (now.getTime() - this.#lookedBackAt < LOOK_BACK_MS) return;
    this.#lookedBackAt = now.getTime();
    this.#places.failed.clear();
    const late = lastUuid7Before(now.getTime() - LATE_MS - LOOK_BACK_MS);
    const { completed } = this.#places;
    for (const [accountId, place] of completed) if (place > late) completed.set(accountId, late);
  }

  #plan({ now }: Round, retentions: readonly ShortRetention[], kind: Kind): WalkOfKind[] {
    const least = lastUuid7Before(timeOfUuid7(listedIds(now).least));
    const places = this.#places[kind];
    const accounts = retentions
      .map(({ accountId, completedDays, failedDays }) => {
        const place = places.get(accountId) ?? least;
        const days = kind === "completed" ? completedDays : failedDays;
        return { accountId, days, after: place > least ? place : least };
      })
      .filter(({ days }) => days < KEPT_DAYS);
    // An account that keeps all its days and then fewer again is gone over from the beginning.
    this.#places[kind] = new Map(accounts.map(({ accountId, after }) => [accountId, after]));
    const walks = planWalks(accounts, (days) => now.getTime() - days * DAY_MS - YOUNG_MS);
    return walks.map((walk) => ({ kind, walk, heldAt: undefined }));
  }

  /** Takes a part of each walk in turn, so that none waits for another one's end. */
  async #walk({ db, signal }: Round, walks: readonly WalkOfKind[]): Promise<number> {
    const endsAt = performance.now() + TURN_MS;
    let removed = 0;
    for (let underWay = walks; underWay.length > 0; underWay = underWay.filter(({ walk }) => !walk.isDone)) {
      for (const each of underWay) {
        if (signal.aborted || performance.now() > endsAt) return removed;
        removed += await removePart({ signal, walks: underWay.length }, () => this.#removeNext(db, each));
      }
    }
    return removed;
  }

  async #removeNext(db: Db, each: WalkOfKind): Promise<RemovedPart> {
    const { walk, kind } = each;
    const read = kind === "completed" ? readCompleted : readFailed;
    const rows = await read(db, { ...walk.slice, accountIds: walk.accountIds, days: walk.days });
    const removed = await deleteExpired(db, rows);
    for (const { id, pending } of rows) {
      if (!pending) continue;
      if (this.#lingering.size < this.#mostLingering) this.#lingering.add(id);
      else each.heldAt ??= lastUuid7Before(timeOfUuid7(id));
    }
    const coveredMs = walk.advance({ ids: rows.map(({ id }) => id), most: ROWS_PER_STATEMENT });
    return { found: rows.length, removed, coveredMs };
  }

  /** Where too many linger to be remembered, the next round begins at the first that was not. */
  #remember({ kind, walk, heldAt }: WalkOfKind): void {
    for (const accountId of walk.accountIds) this.#places[kind].set(accountId, heldAt ?? walk.after);
  }

  /** Looks at those that have waited longest for a look, and puts those that linger on at the end. */
  async #removeLingering({ db, signal }: Round): Promise<number> {
    const waiting = [...this.#lingering].slice(0, LINGERING_PARTS * ROWS_PER_STATEMENT);
    let removed = 0;
    while (waiting.length > 0 && !signal.aborted) {
      const ids = waiting.splice(0, ROWS_PER_STATEMENT);
      removed += await removePart({ signal }, () => this.#removeOf(db, ids));
    }
    return removed;
  }

  async #removeOf(db: Db, ids: readonly string[]): Promise<RemovedPart> {
    const rows = await readLingering(db, ids, KEPT_DAYS);
    const removed = await deleteExpired(db, rows);
    for (const id of ids) this.#lingering.delete(id);
    for (const { id, pending } of rows) if (pending) this.#lingering.add(id);
    return { found: ids.length, removed };
  }
}

async function deleteExpired(db: Db, rows: readonly EndedRow[]): Promise<number> {
  const expired = rows.filter((row) => row.expired);
  return expired.length === 0 ? 0 : deleteEnded(db, expired);
}
