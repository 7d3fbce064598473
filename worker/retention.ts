import type { Pool } from "pg";
import { type IdRange, KEPT_DAYS, listedIds } from "@/lib/core/partition-days";
import { firstUuid7At } from "@/lib/core/uuid7-range";
import { ROWS_PER_STATEMENT } from "@/lib/queue/delete-ended";
import { deleteOutside, deleteReceiptCounts, deleteRefused, readNow } from "@/lib/queue/delete-old";
import { inTurn } from "@/lib/queue/in-turn";
import { EndedRemoval } from "./retention-ended";
import { removePart } from "./retention-pace";

/** One worker at a time removes what is past its retention. */
const RETENTION_LOCK = 7_301_968;
const DAY_MS = 86_400_000;
/** Days that receipts of refused requests are kept. */
const REFUSED_DAYS = 7;

export type Removed = { transactions: number; refusedReceipts: number; receiptCounts: number; outside: number };

const daysBefore = (now: Date, days: number) => new Date(now.getTime() - days * DAY_MS);

/** Removes in small parts what is past its retention, by the database's clock. */
export class Retention {
  readonly #pool: Pool;
  readonly #ended = new EndedRemoval();

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  /**
   * Removes everything that is past its retention now, with pauses; breaks off when `signal` says so. Gives undefined when
   * another worker is at it.
   */
  async round(signal: AbortSignal): Promise<Removed | undefined> {
    return inTurn(this.#pool, RETENTION_LOCK, async (db) => {
      const removed = { transactions: 0, refusedReceipts: 0, receiptCounts: 0, outside: 0 };
      for (let goesOn = true; goesOn && !signal.aborted; ) {
        const now = await readNow(db);
        const { least } = listedIds(now);
        const refused: IdRange = { least, end: firstUuid7At(daysBefore(now, REFUSED_DAYS)) };
        const oldest = daysBefore(now, KEPT_DAYS);
        const ended = await this.#ended.remove({ db, now, signal });
        goesOn = ended.goesOn;
        removed.transactions += ended.removed;
        removed.refusedReceipts += await repeat(signal, () => deleteRefused(db, refused));
        removed.receiptCounts += await repeat(signal, () => deleteReceiptCounts(db, oldest));
        removed.outside += await repeat(signal, () => deleteOutside(db, { least, before: oldest }));
      }
      return removed;
    });
  }
}

/** Removes parts until one is not full. Gives the number of rows. */
async function repeat(signal: AbortSignal, remove: () => Promise<number>): Promise<number> {
  for (let sum = 0; ; ) {
    if (signal.aborted) return sum;
    const removed = await removePart({ signal }, async () => {
      const rows = await remove();
      return { found: rows, removed: rows };
    });
    sum += removed;
    if (removed < ROWS_PER_STATEMENT) return sum;
  }
}
