import { setTimeout as sleep } from "node:timers/promises";
import type { Pool } from "pg";
import { type Batcher, createBatcher, isDataError } from "@/lib/core/batch";
import { log } from "@/lib/log";
import { tallies } from "@/lib/metrics/tallies";
import { dayOf } from "@/lib/queue/day-statement";
import type { Settled, SettleEntry } from "@/lib/queue/settle";
import { settleWithArrivals } from "@/lib/queue/settle-arrivals";
import type { Lease } from "./lease";

const FIRST_RETRY_MS = 50;
const LONGEST_RETRY_MS = 2_000;

/** The worker's lease passed while a write was under way: what it holds may be another's. */
export class LeaseLost extends Error {
  constructor() {
    super("The lease of this worker has passed");
    this.name = "LeaseLost";
  }
}

export type Settler = {
  /** Whom its jobs are claimed by. */
  workerId: string;
  /** Whether what its worker has in hand is surely still its own. */
  holds(): boolean;
  /** Does something that has to be done while the lease holds: tries again until it succeeds. Rejects with LeaseLost. */
  insist<T>(act: () => Promise<T>): Promise<T>;
  /** Rejects with LeaseLost, or with the database's error when the entry itself cannot be stored. */
  settle(entry: SettleEntry): Promise<Settled>;
  /** Resolves when nothing is under way. */
  idle(): Promise<void>;
};

/** Writes what becomes of transactions, many with one statement. While the database is away it tries again until the lease has passed. */
export function createSettler(pool: Pool, lease: Lease): Settler {
  async function insist<T>(act: () => Promise<T>): Promise<T> {
    for (let waitMs = FIRST_RETRY_MS; ; waitMs = Math.min(waitMs * 2, LONGEST_RETRY_MS)) {
      if (!lease.valid) throw new LeaseLost();
      try {
        return await act();
      } catch (error) {
        if (isDataError(error)) throw error;
        log.warn({ err: error, worker: lease.id }, "could not settle, trying again");
        await sleep(waitMs);
      }
    }
  }
  const flush = (entries: SettleEntry[]) => {
    tallies.settleBatch.observe(entries.length);
    return insist(() => settleWithArrivals(pool, { workerId: lease.id, entries }));
  };
  // One for each day of transactions: a statement about several would look into the partitions of all days.
  const batchers = new Map<number, Batcher<SettleEntry, Settled>>();
  function batcherOf({ transactionId }: SettleEntry) {
    const day = dayOf(transactionId);
    const batcher =
      batchers.get(day) ?? createBatcher({ flush, maxItems: 500, maxBytes: 8 * 1024 * 1024, concurrency: 2 });
    batchers.set(day, batcher);
    return batcher;
  }
  return {
    workerId: lease.id,
    holds: () => lease.valid,
    insist,
    settle: (entry) => batcherOf(entry).add(entry, sizeOf(entry)),
    async idle() {
      await Promise.all([...batchers.values()].map((batcher) => batcher.idle()));
    },
  };
}

const sizeOf = ({ checkpoint, response }: SettleEntry) =>
  500 + (checkpoint ? checkpoint.steps.length + checkpoint.waits.length : 0) + (response?.length ?? 0);
