import { setTimeout as sleep } from "node:timers/promises";
import type { Pool, PoolClient } from "pg";
import { type IdRange, KEPT_DAYS, listedIds } from "@/lib/core/partition-days";
import { firstUuid7At } from "@/lib/core/uuid7-range";
import {
  deleteEnded,
  type EndedRow,
  findShortRetentions,
  ROWS_PER_STATEMENT,
  readCompleted,
  readFailed,
  type ShortRetention,
} from "@/lib/queue/delete-ended";
import { deleteOutside, deleteReceiptCounts, deleteRefused, readNow } from "@/lib/queue/delete-old";
import { idsTo } from "@/lib/queue/id-span";
import { inTurn } from "@/lib/queue/in-turn";

/** One worker at a time removes what is past its retention. */
const RETENTION_LOCK = 7_301_968;
const DAY_MS = 86_400_000;
/** Days that receipts of refused requests are kept. */
const REFUSED_DAYS = 7;
const SHORTEST_PAUSE_MS = 20;
/** Ids younger than this may still come: they are made by the doors' clocks, before their transactions are stored. */
const LATE_MS = 3_600_000;
const FIRST_ID = "00000000-0000-0000-0000-000000000000";

export type Removed = { transactions: number; refusedReceipts: number; receiptCounts: number; outside: number };

type Round = { db: PoolClient; now: Date; signal: AbortSignal };

const daysBefore = (now: Date, days: number) => new Date(now.getTime() - days * DAY_MS);

/** Removes in small parts what is past its retention, by the database's clock. */
export class Retention {
  readonly #pool: Pool;
  /** By account: before this id no transaction is left that has completed or can still complete. */
  readonly #nextIds = new Map<string, string>();

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  /**
   * Removes everything that is past its retention now, with pauses; breaks off when `signal` says so. Gives undefined when
   * another worker is at it.
   */
  async round(signal: AbortSignal): Promise<Removed | undefined> {
    return inTurn(this.#pool, RETENTION_LOCK, async (db) => {
      const now = await readNow(db);
      const round = { db, now, signal };
      const { least } = listedIds(now);
      const refused: IdRange = { least, end: firstUuid7At(daysBefore(now, REFUSED_DAYS)) };
      const oldest = daysBefore(now, KEPT_DAYS);
      return {
        transactions: await this.#removeEnded(round),
        refusedReceipts: await repeat(round, () => deleteRefused(db, refused)),
        receiptCounts: await repeat(round, () => deleteReceiptCounts(db, oldest)),
        outside: await repeat(round, () => deleteOutside(db, { least, before: oldest })),
      };
    });
  }

  async #removeEnded(round: Round): Promise<number> {
    let removed = 0;
    for (const retention of await findShortRetentions(round.db, KEPT_DAYS)) {
      if (retention.failedDays < KEPT_DAYS) removed += await this.#removeFailed(retention, round);
      if (retention.completedDays < KEPT_DAYS) removed += await this.#removeCompleted(retention, round);
    }
    return removed;
  }

  async #removeFailed({ accountId, failedDays: days }: ShortRetention, round: Round): Promise<number> {
    const range = idsWithin(round.now, days);
    let after = FIRST_ID;
    let removed = 0;
    await repeat(round, async () => {
      const rows = await readFailed(round.db, { accountId, ...range, after, days });
      removed += await deleteRows(round, rows);
      after = rows.at(-1)?.id ?? after;
      return rows.length;
    });
    return removed;
  }

  /** Goes over the account's transactions from where the last round found one that was to be kept for now. */
  async #removeCompleted({ accountId, completedDays: days }: ShortRetention, round: Round): Promise<number> {
    const { least, end } = idsWithin(round.now, days);
    const from = this.#nextIds.get(accountId) ?? least;
    let after = FIRST_ID;
    let firstPending: string | undefined;
    let removed = 0;
    await repeat(round, async () => {
      const rows = await readCompleted(round.db, { accountId, least: from > least ? from : least, end, after, days });
      removed += await deleteRows(
        round,
        rows.filter(({ expired }) => expired),
      );
      firstPending ??= rows.find(({ pending }) => pending)?.id;
      after = rows.at(-1)?.id ?? after;
      return rows.length;
    });
    const next = firstPending ?? (after === FIRST_ID ? undefined : after);
    const late = firstUuid7At(new Date(round.now.getTime() - LATE_MS));
    if (next !== undefined) this.#nextIds.set(accountId, next < late ? next : late);
    return removed;
  }
}

/** Ids that a transaction can have which ended so many days ago. */
const idsWithin = (now: Date, days: number): IdRange => ({
  least: listedIds(now).least,
  end: idsTo(daysBefore(now, days))!,
});

const deleteRows = async ({ db }: Round, rows: readonly EndedRow[]): Promise<number> =>
  rows.length === 0 ? 0 : deleteEnded(db, rows);

/** Acts until less than a full part was found, and rests after each part three times as long as it took. Gives the sum. */
async function repeat({ signal }: Round, act: () => Promise<number>): Promise<number> {
  for (let sum = 0; ; ) {
    if (signal.aborted) return sum;
    const startedAt = performance.now();
    const found = await act();
    sum += found;
    if (found < ROWS_PER_STATEMENT) return sum;
    const pauseMs = Math.max(SHORTEST_PAUSE_MS, 3 * (performance.now() - startedAt));
    await sleep(pauseMs, undefined, { signal }).catch(() => {});
  }
}
