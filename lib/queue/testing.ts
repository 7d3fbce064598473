import { decide, type Halt } from "@/lib/core/decide";
import { graphOf } from "@/lib/core/testing";
import type { TestDatabase } from "@/lib/db/testing";
import { type TestCycle, TestWorld } from "@/worker/testing";
import { type ClaimedJob, type ClaimInput, claimJobs, FIRST_CYCLE_IDS } from "./claim";
import { registerWorker } from "./heartbeat";
import { type SettleEntry, settleTransactions } from "./settle";

/** The two workers of a `TestQueue`. */
export const A = "00000000-0000-7000-8000-00000000000a";
export const B = "00000000-0000-7000-8000-00000000000b";
/** When the entries of `entryOf` began. */
export const NOW = Date.parse("2026-03-01T12:00:00Z");

/** What the end, or the halt, of a claimed job is written as. */
export const entryOf = (job: ClaimedJob, halt: Halt, more: Partial<SettleEntry> = {}): SettleEntry => ({
  ...decide(halt),
  seq: job.seq,
  claim: job.claim,
  transactionId: job.transactionId,
  startedAt: NOW,
  endedAt: decide(halt).ended ? NOW + 5 : null,
  response: null,
  checkpoint: null,
  tellDoors: false,
  ...more,
});

/** What the worker A claims with when it holds nothing. */
export const claimOf = (more: Partial<ClaimInput> = {}): ClaimInput => ({
  workerId: A,
  held: [],
  freeSlots: 64,
  freeNormalSlots: 48,
  afterCycleIds: FIRST_CYCLE_IDS,
  loadBytes: 0,
  ...more,
});

/** The queue of a test database, as the workers A and B use it. */
export class TestQueue {
  readonly world: TestWorld;
  readonly #db: TestDatabase;

  constructor(db: TestDatabase) {
    this.#db = db;
    this.world = new TestWorld(db);
  }

  /** Empties the queue, registers A and B and gives a running cycle. */
  async begin(): Promise<TestCycle> {
    await this.#db.pool.query(`TRUNCATE "Job", "Grant", "Worker"`);
    for (const workerId of [A, B]) await registerWorker(this.#db.pool, { workerId, host: "test", pid: 1 });
    const accountId = await this.world.account({ parallelLimit: 100 });
    return this.world.cycle(graphOf([{ id: "trigger", type: "webhook" }], []), { parallelLimit: 100, accountId });
  }

  /** Claims for a worker that holds nothing. */
  async claim(workerId = A): Promise<ClaimedJob[]> {
    return (await claimJobs(this.#db.pool, claimOf({ workerId, freeSlots: 50, freeNormalSlots: 50 }))).jobs;
  }

  settle(workerId: string, ...entries: SettleEntry[]) {
    return settleTransactions(this.#db.pool, { workerId, entries });
  }

  /** All jobs, oldest first. */
  async jobs() {
    return (await this.#db.pool.query(`SELECT seq::int, status, "lockedBy", rescues FROM "Job" ORDER BY seq`)).rows;
  }

  /** Ends a worker's lease as if it had died. */
  async kill(workerId: string): Promise<void> {
    await this.#db.pool.query(`UPDATE "Worker" SET "aliveUntil" = now() - interval '1 second' WHERE id = $1`, [
      workerId,
    ]);
  }
}
