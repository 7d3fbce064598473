import { afterAll, afterEach, beforeAll, expect } from "vitest";
import type { Graph } from "@/lib/core/graph";
import type { Json } from "@/lib/core/json";
import type { StepRecord } from "@/lib/core/transaction";
import { uuid7 } from "@/lib/db/ids";
import { type TestDatabase, testDatabase } from "@/lib/db/testing";
import type { Caller } from "@/lib/http/call";
import { acceptTransactions } from "@/lib/queue/accept";
import { isSynchronous } from "@/lib/steps/check";
import type { OutsideRequest, OutsideResponse } from "@/lib/steps/types";
import { Worker } from "./worker";

/** A world in a test database: accounts, running cycles, accepted requests. */
export class TestWorld {
  readonly #db: TestDatabase;

  constructor(db: TestDatabase) {
    this.#db = db;
  }

  async account({ parallelLimit = 50 } = {}): Promise<string> {
    const partner = await this.#db.prisma.partner.create({ data: { name: "Partner" } });
    const account = await this.#db.prisma.account.create({
      data: { partnerId: partner.id, name: "Account", parallelLimit },
    });
    return account.id;
  }

  /** A running cycle whose first step is called `trigger`. */
  async cycle(
    graph: Graph,
    { accountId, parallelLimit = 10, runOnce = false, state = "RUNNING" as const }: CycleGiven = {},
  ) {
    const account = accountId ?? (await this.account());
    const { prisma } = this.#db;
    const cycle = await prisma.cycle.create({
      data: { accountId: account, name: uuid7(), draft: graph as never, parallelLimit, runOnce },
    });
    const version = await prisma.cycleVersion.create({ data: { cycleId: cycle.id, number: 1, graph: graph as never } });
    await prisma.cycle.update({
      where: { id: cycle.id },
      data: { state, startedAt: new Date(), publishedVersionId: version.id },
    });
    return new TestCycle(this.#db, { accountId: account, cycleId: cycle.id, versionId: version.id, graph });
  }
}

type CycleGiven = { accountId?: string; parallelLimit?: number; runOnce?: boolean; state?: "RUNNING" };
type CycleIds = { accountId: string; cycleId: string; versionId: string; graph: Graph };

export class TestCycle {
  readonly #db: TestDatabase;
  readonly accountId: string;
  readonly cycleId: string;
  readonly versionId: string;
  readonly #synchronous: boolean;

  constructor(db: TestDatabase, { accountId, cycleId, versionId, graph }: CycleIds) {
    this.#db = db;
    this.accountId = accountId;
    this.cycleId = cycleId;
    this.versionId = versionId;
    this.#synchronous = isSynchronous(graph);
  }

  /** Accepts requests with these JSON bodies, in their order; gives the transactions' ids. */
  async accept(...bodies: Json[]): Promise<string[]> {
    const synchronous = this.#synchronous;
    const entries = bodies.map((body) => ({
      transactionId: uuid7(),
      accountId: this.accountId,
      cycleId: this.cycleId,
      versionId: this.versionId,
      stepId: "trigger",
      lane: synchronous ? (0 as const) : (1 as const),
      synchronous,
      statusToken: null,
      receipt: null,
      input: { body, query: {}, headers: {} },
    }));
    await acceptTransactions(this.#db.pool, entries);
    return entries.map((entry) => entry.transactionId);
  }

  async state(transactionId: string): Promise<string> {
    const { state } = await this.#db.prisma.transaction.findUniqueOrThrow({ where: { id: transactionId } });
    return state;
  }

  /** Waits until all of its transactions have ended. */
  async ended(): Promise<void> {
    const where = { cycleId: this.cycleId, endedAt: null };
    await expect.poll(() => this.#db.prisma.transaction.count({ where })).toBe(0);
  }

  /** Lets all that its transactions wait for be over: delays, pauses before another try, timeouts of mid-cycle webhooks. */
  async timePasses(): Promise<void> {
    const ids = [this.cycleId];
    await this.#db.pool.query(
      `UPDATE "Checkpoint" SET waits = regexp_replace(waits::text, '"until": ?"[^"]*"', '"until":"1970-01-01T00:00:00.000Z"', 'g')::json
       WHERE "transactionId" IN (SELECT id FROM "Transaction" WHERE "cycleId" = $1)`,
      ids,
    );
    await this.#db.pool.query(
      `UPDATE "ReachedWebhook" SET until = now() WHERE "cycleId" = $1 AND until IS NOT NULL`,
      ids,
    );
    await this.#db.pool.query(`UPDATE "Job" SET "runAt" = now() WHERE "cycleId" = $1 AND status = 'WAITING'`, ids);
  }

  /** A transaction with all that its steps did. */
  async result(transactionId: string) {
    const transaction = await this.#db.prisma.transaction.findUniqueOrThrow({ where: { id: transactionId } });
    const checkpoints = await this.#db.prisma.checkpoint.findMany({
      where: { transactionId },
      orderBy: { number: "asc" },
    });
    const steps = checkpoints.flatMap((checkpoint) => checkpoint.steps as unknown as StepRecord[]);
    return { ...transaction, checkpoints, steps, step: (id: string) => steps.find((step) => step.stepId === id) };
  }
}

/** An outside world that answers as told and remembers what it was asked. */
export class TestCaller implements Caller {
  readonly calls: (OutsideRequest & { idempotencyKey: string })[] = [];
  under = 0;
  mostUnder = 0;
  readonly #answer: (request: OutsideRequest, signal: AbortSignal) => Promise<Partial<OutsideResponse>>;

  constructor(
    answer: (request: OutsideRequest, signal: AbortSignal) => Promise<Partial<OutsideResponse>> = async () => ({}),
  ) {
    this.#answer = answer;
  }

  async call(request: OutsideRequest, { signal, idempotencyKey }: { signal: AbortSignal; idempotencyKey: string }) {
    this.calls.push({ ...request, idempotencyKey });
    this.mostUnder = Math.max(this.mostUnder, ++this.under);
    try {
      const answer = await this.#answer(request, signal);
      return { status: 200, headers: [], body: {}, sizeBytes: 2, ...answer };
    } finally {
      this.under--;
    }
  }

  async close(): Promise<void> {}
}

/** A door that outside calls wait at until it is opened. */
export class Gate {
  waiting = 0;
  #isOpen = false;
  #open: () => void = () => {};
  readonly #opened = new Promise<void>((resolve) => {
    this.#open = resolve;
  });

  async pass(): Promise<Partial<OutsideResponse>> {
    if (this.#isOpen) return {};
    this.waiting++;
    await this.#opened;
    this.waiting--;
    return {};
  }

  open(): void {
    this.#isOpen = true;
    this.#open();
  }
}

/** The workers of a test: they share its database's pool and end with it. */
export class TestWorkers {
  readonly #db: TestDatabase;
  readonly #workers: Worker[] = [];

  constructor(db: TestDatabase) {
    this.#db = db;
  }

  start(caller: Caller = new TestCaller(), { slots = 16, pool = this.#db.pool } = {}): Worker {
    const worker = new Worker({ pool, caller, slots, listenUrl: this.#db.url });
    this.#workers.push(worker);
    worker.start();
    return worker;
  }

  /** Ends the workers and leaves the queue empty. */
  async stop(): Promise<void> {
    await Promise.all(this.#workers.splice(0).map((worker) => worker.stop({ graceMs: 0 })));
    await this.#db.pool.query(`TRUNCATE "Job", "Grant", "Worker", "Hold"`);
  }
}

/**
 * A database for the tests of one file, with a world and workers in it. It is made before the first test and is there until the
 * last has ended; the workers that a test starts end with it, and what it queued or held goes with them.
 */
export function testWorkers({ maxConnections = 30 } = {}) {
  let made: TestDatabase;
  beforeAll(async () => {
    made = await testDatabase({ maxConnections });
  });
  const db: TestDatabase = {
    get pool() {
      return made.pool;
    },
    get prisma() {
      return made.prisma;
    },
    get url() {
      return made.url;
    },
    waiting: (connection) => made.waiting(connection),
    close: () => made.close(),
  };
  const workers = new TestWorkers(db);
  afterEach(() => workers.stop());
  afterAll(() => made.close());
  return { db, world: new TestWorld(db), workers };
}
