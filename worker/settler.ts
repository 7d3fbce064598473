import { setTimeout as sleep } from "node:timers/promises";
import type { Pool } from "pg";
import { createBatcher, isDataError } from "@/lib/core/batch";
import { log } from "@/lib/log";
import { tallies } from "@/lib/metrics/tallies";
import { type Settled, type SettleEntry, settleTransactions } from "@/lib/queue/settle";
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
  insist(act: () => Promise<unknown>): Promise<void>;
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
    return insist(() => settleTransactions(pool, { workerId: lease.id, entries }));
  };
  const batcher = createBatcher<SettleEntry, Settled>({
    flush,
    maxItems: 500,
    maxBytes: 8 * 1024 * 1024,
    concurrency: 2,
  });
  return {
    workerId: lease.id,
    holds: () => lease.valid,
    insist: async (act) => void (await insist(act)),
    settle: (entry) => batcher.add(entry, sizeOf(entry)),
    idle: () => batcher.idle(),
  };
}

const sizeOf = ({ checkpoint, response }: SettleEntry) =>
  500 + (checkpoint ? checkpoint.steps.length + checkpoint.waits.length : 0) + (response?.length ?? 0);
