import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { StepError } from "@/lib/core/errors";
import type { Json } from "@/lib/core/json";
import { field, graphOf } from "@/lib/core/testing";
import { type TestDatabase, testDatabase } from "@/lib/db/testing";
import { cancelTransaction } from "@/lib/queue/cancel";
import { finishCycle } from "@/lib/queue/finish-cycle";
import { rescueJobs } from "@/lib/queue/rescue";
import { startCycle } from "@/lib/queue/start-cycle";
import { stopCycle } from "@/lib/queue/stop-cycle";
import { Gate, TestCaller, type TestCycle, TestWorld } from "./testing";
import { Worker } from "./worker";

let db: TestDatabase;
let world: TestWorld;
const workers: Worker[] = [];

beforeAll(async () => {
  db = await testDatabase({ maxConnections: 30 });
  world = new TestWorld(db);
});
afterEach(async () => {
  await Promise.all(workers.splice(0).map((worker) => worker.stop({ graceMs: 0 })));
  await db.pool.query(`TRUNCATE "Job", "Grant", "Worker"`);
});
afterAll(() => db.close());

function startWorker(caller = new TestCaller(), slots = 16): Worker {
  const worker = new Worker({ pool: db.pool, caller, slots, listenUrl: db.url });
  workers.push(worker);
  worker.start();
  return worker;
}

const trigger = { id: "trigger", type: "webhook" };
const call = (id: string, onError: object = {}) => ({
  id,
  type: "http-request",
  settings: { method: "POST", url: `https://example.com/${id}`, body: [field("n", "{{trigger.body}}")] },
  onError: { retries: 0, ...onError },
});
const set = {
  id: "fields",
  type: "set-fields",
  settings: { fields: [field("greeting", "Hello {{trigger.body.name}}")] },
};
const delay = (seconds: number) => ({ id: "delay", type: "delay", settings: { amount: seconds, unit: "seconds" } });
const answer = { id: "answer", type: "sync-response", settings: { fields: [field("ok", "yes")] } };

const isPositive = {
  id: "positive",
  type: "decision",
  settings: {
    groups: [
      {
        conditions: [
          {
            left: { source: "step-field", stepId: "trigger", path: ["body"] },
            operator: "greater",
            right: { source: "value", text: "0" },
          },
        ],
      },
    ],
  },
};

const pure = graphOf([trigger, set], ["trigger -> fields"]);
const oneCall = graphOf([trigger, call("a")], ["trigger -> a"]);
const twoCalls = graphOf([trigger, call("a"), call("b")], ["trigger -> a", "a -> b"]);
const bodies = (count: number): Json[] => Array.from({ length: count }, (_, index) => index);
const sent = (caller: TestCaller) => caller.calls.map(({ body }) => Number(JSON.parse(body!).n));
const state = async (cycle: TestCycle, id: string) => (await cycle.result(id)).state;

async function jobStates(): Promise<string[]> {
  const { rows } = await db.pool.query<{ status: string }>(`SELECT status FROM "Job" ORDER BY seq`);
  return rows.map((row) => row.status);
}

describe("a transaction", () => {
  test("runs from its trigger to its end", async () => {
    const cycle = await world.cycle(pure);
    startWorker();
    const [id] = await cycle.accept({ name: "Ada" });
    await cycle.ended();
    const result = await cycle.result(id!);
    expect(result).toMatchObject({ state: "COMPLETED", startedAt: expect.any(Date), endedAt: expect.any(Date) });
    expect(result.step("fields")).toMatchObject({ outcome: "done", output: { greeting: "Hello Ada" } });
    expect(result.step("trigger")).not.toHaveProperty("output");
  });

  test("stores its response for the caller before it goes on with an outside call", async () => {
    const gate = new Gate();
    const cycle = await world.cycle(graphOf([trigger, answer, call("a")], ["trigger -> answer", "answer -> a"]));
    startWorker(new TestCaller(() => gate.pass()));
    const [id] = await cycle.accept(1);
    await expect
      .poll(async () => (await cycle.result(id!)).response)
      .toMatchObject({ status: 200, body: '{"ok":"yes"}' });
    expect(await state(cycle, id!)).toBe("RUNNING");
    gate.open();
    await cycle.ended();
    expect(await state(cycle, id!)).toBe("COMPLETED");
  });

  test("waits for its delay without a slot, and goes on after it", async () => {
    const cycle = await world.cycle(graphOf([trigger, delay(0.6), set], ["trigger -> delay", "delay -> fields"]));
    const other = await world.cycle(pure);
    startWorker(undefined, 1);
    const [id] = await cycle.accept({});
    await expect.poll(() => state(cycle, id!)).toBe("WAITING");
    await other.accept({});
    await other.ended();
    await cycle.ended();
    const result = await cycle.result(id!);
    expect(result.steps.map((step) => step.stepId)).toEqual(["trigger", "delay", "fields"]);
    expect(result.step("delay")!.durationMs).toBeGreaterThanOrEqual(600);
    expect(result.endedAt!.getTime() - result.acceptedAt.getTime()).toBeGreaterThanOrEqual(599);
  });

  test("tries a failed call again and records each try", async () => {
    let tries = 0;
    const caller = new TestCaller(async () => {
      if (++tries < 3) throw new StepError("request_failed", "example.com refuses connections.");
      return { body: { id: 7 } };
    });
    const cycle = await world.cycle(
      graphOf([trigger, call("a", { retries: 3, wait: "fixed", firstWaitSeconds: 0.1 })], ["trigger -> a"]),
    );
    startWorker(caller);
    const [id] = await cycle.accept(1);
    await cycle.ended();
    const { step } = await cycle.result(id!);
    expect(step("a")).toMatchObject({ outcome: "done", output: { body: { id: 7 } } });
    expect(step("a")!.attempts!.map((attempt) => attempt.error)).toEqual([
      "example.com refuses connections.",
      "example.com refuses connections.",
      undefined,
    ]);
    expect(new Set(caller.calls.map((made) => made.idempotencyKey))).toEqual(new Set([`${id}-a-1`]));
  });

  test("waits outside of its slot for a retry that is due late", async () => {
    let tries = 0;
    const caller = new TestCaller(async () => {
      if (++tries === 1) throw new StepError("rate_limited", "Slow down.", { retryAfterMs: 2_200 });
      return {};
    });
    const cycle = await world.cycle(graphOf([trigger, call("a", { retries: 1 })], ["trigger -> a"]));
    startWorker(caller);
    const [id] = await cycle.accept(1);
    await expect.poll(() => state(cycle, id!)).toBe("WAITING");
    expect((await cycle.result(id!)).checkpoints.at(-1)!.waits).toMatchObject([{ stepId: "a", reason: "retry" }]);
    await cycle.ended();
    expect(await state(cycle, id!)).toBe("COMPLETED");
  });

  test("that fails says where and why", async () => {
    const caller = new TestCaller(async () => ({ status: 422, body: { reason: "no stock" } }));
    const cycle = await world.cycle(oneCall);
    startWorker(caller);
    const [id] = await cycle.accept(1);
    await cycle.ended();
    const result = await cycle.result(id!);
    expect(result).toMatchObject({
      state: "FAILED",
      errorStepId: "a",
      error: "The call was answered 422 Unprocessable Entity.",
    });
    expect(result.step("a")!.error).toMatchObject({ code: "bad_response", detail: '{"reason":"no stock"}' });
  });

  test("that meets a bug of ours fails with one fixed sentence", async () => {
    const caller = new TestCaller(async () => {
      throw new TypeError("undefined is not a function");
    });
    const cycle = await world.cycle(oneCall);
    startWorker(caller);
    const [id] = await cycle.accept(1);
    await cycle.ended();
    expect(await cycle.result(id!)).toMatchObject({
      state: "FAILED",
      errorStepId: "a",
      error: "Spoke could not run this step because of an error of its own. Whoever runs Spoke finds it in the log.",
    });
  });

  test("whose version is gone fails and does not hold up others", async () => {
    const cycle = await world.cycle(pure);
    const [lost, fine] = await cycle.accept({}, {});
    await db.pool.query(`UPDATE "Transaction" SET "versionId" = gen_random_uuid() WHERE id = $1`, [lost]);
    startWorker();
    await cycle.ended();
    expect([await state(cycle, lost!), await state(cycle, fine!)]).toEqual(["FAILED", "COMPLETED"]);
  });

  test("that is not there any more loses its job", async () => {
    const cycle = await world.cycle(pure);
    const [gone] = await cycle.accept({}, {});
    await db.pool.query(`DELETE FROM "Transaction" WHERE id = $1`, [gone]);
    startWorker();
    await expect.poll(async () => (await db.pool.query(`SELECT count(*)::int AS n FROM "Job"`)).rows[0].n).toBe(0);
  });
});

describe("cancelling", () => {
  const cancel = ({ accountId }: TestCycle, transactionId: string) =>
    cancelTransaction(db.pool, { accountId, transactionId });

  test("breaks off an outside call under way", async () => {
    const cycle = await world.cycle(twoCalls);
    const caller = new TestCaller((_, signal) => new Promise((_, reject) => signal.addEventListener("abort", reject)));
    startWorker(caller);
    const [id] = await cycle.accept(1);
    await expect.poll(() => caller.under).toBe(1);
    expect(await cancel(cycle, id!)).toBe("asked");
    await cycle.ended();
    expect(await state(cycle, id!)).toBe("CANCELLED");
    expect(caller.calls).toHaveLength(1);
  });

  test("reaches a transaction that is claimed and has not begun", async () => {
    const gate = new Gate();
    const cycle = await world.cycle(oneCall, { parallelLimit: 1 });
    startWorker(new TestCaller(() => gate.pass()));
    const [first, second] = await cycle.accept(1, 2);
    await expect.poll(() => gate.waiting).toBe(1);
    await cancel(cycle, second!);
    gate.open();
    await cycle.ended();
    expect([await state(cycle, first!), await state(cycle, second!)]).toEqual(["COMPLETED", "CANCELLED"]);
  });
});

describe("limits", () => {
  test("of a cycle hold with three workers racing", async () => {
    const caller = new TestCaller(async () => {
      await sleep(3);
      return {};
    });
    const cycle = await world.cycle(oneCall, { parallelLimit: 4 });
    for (let count = 0; count < 3; count++) startWorker(caller);
    await cycle.accept(...bodies(150));
    await cycle.accept(...bodies(150));
    await cycle.ended();
    expect(caller.mostUnder).toBeLessThanOrEqual(4);
    expect(caller.mostUnder).toBeGreaterThan(1);
    expect(caller.calls).toHaveLength(300);
  });

  test("of 1 keep the order of acceptance over workers, also when calls are tried again", async () => {
    const failed = new Set<string>();
    const caller = new TestCaller(async ({ body }) => {
      const { n } = JSON.parse(body!) as { n: number };
      await sleep(1);
      if (n % 7 === 3 && !failed.has(body!)) {
        failed.add(body!);
        throw new StepError("request_failed", "No.");
      }
      return {};
    });
    const retried = call("a", { retries: 1, wait: "fixed", firstWaitSeconds: 0.1 });
    const cycle = await world.cycle(graphOf([trigger, retried], ["trigger -> a"]), { parallelLimit: 1 });
    for (let count = 0; count < 3; count++) startWorker(caller);
    await cycle.accept(...bodies(40));
    await cycle.ended();
    const order = sent(caller);
    expect(order.filter((n, index) => order.indexOf(n) === index)).toEqual(bodies(40));
    expect(order).toEqual([...order].sort((a, b) => a - b));
    expect(caller.mostUnder).toBe(1);
  });

  test("of 1 let nothing overtake a transaction that is delayed", async () => {
    const caller = new TestCaller();
    const graph = graphOf([trigger, delay(0.15), call("a")], ["trigger -> delay", "delay -> a"]);
    const cycle = await world.cycle(graph, { parallelLimit: 1 });
    for (let count = 0; count < 2; count++) startWorker(caller);
    await cycle.accept(...bodies(5));
    await cycle.ended();
    expect(sent(caller)).toEqual(bodies(5));
  });

  test("of 1 run quick transactions in order, many at a time", async () => {
    const cycle = await world.cycle(pure, { parallelLimit: 1 });
    const ids = await cycle.accept(...bodies(500).map((n) => ({ name: String(n) })));
    startWorker();
    await cycle.ended();
    const { rows } = await db.pool.query<{ id: string }>(
      `SELECT id FROM "Transaction" WHERE "cycleId" = $1 ORDER BY "startedAt", seq`,
      [cycle.cycleId],
    );
    expect(rows.map((row) => row.id)).toEqual(ids);
  });

  test("of an account hold over its cycles", async () => {
    const caller = new TestCaller(async () => {
      await sleep(3);
      return {};
    });
    const accountId = await world.account({ parallelLimit: 3 });
    const cycles = [await world.cycle(oneCall, { accountId }), await world.cycle(oneCall, { accountId })];
    for (let count = 0; count < 2; count++) startWorker(caller);
    for (const cycle of cycles) await cycle.accept(...bodies(60));
    for (const cycle of cycles) await cycle.ended();
    expect(caller.mostUnder).toBeLessThanOrEqual(3);
  });
});

describe("fairness", () => {
  test("a small account is served beside the backlog of a big one", async () => {
    const caller = new TestCaller(async () => {
      await sleep(20);
      return {};
    });
    const big = await world.cycle(oneCall, {
      parallelLimit: 100,
      accountId: await world.account({ parallelLimit: 100 }),
    });
    const small = await world.cycle(oneCall);
    await big.accept(...bodies(3_000));
    startWorker(caller, 8);
    await expect.poll(() => caller.under).toBeGreaterThanOrEqual(6);
    await small.accept(1);
    await small.ended();
    expect(caller.calls.length).toBeLessThan(1_000);
    await stopCycle(db.pool, big);
  });

  test("synchronous transactions are answered beside a backlog that takes all other slots", async () => {
    const gate = new Gate();
    const backlog = await world.cycle(oneCall, {
      parallelLimit: 100,
      accountId: await world.account({ parallelLimit: 100 }),
    });
    const answering = await world.cycle(graphOf([trigger, answer], ["trigger -> answer"]));
    await backlog.accept(...bodies(200));
    startWorker(new TestCaller(() => gate.pass()), 8);
    await expect.poll(() => gate.waiting).toBe(6);
    await answering.accept(1);
    await answering.ended();
    await stopCycle(db.pool, backlog);
    gate.open();
  });
});

describe("stopping and starting a cycle", () => {
  test("halts transactions at the next step boundary, and they go on from there", async () => {
    const gate = new Gate();
    const caller = new TestCaller(() => gate.pass());
    const cycle = await world.cycle(
      graphOf([trigger, isPositive, call("a"), call("b")], ["trigger -> positive", "positive:true -> a", "a -> b"]),
      { parallelLimit: 1 },
    );
    startWorker(caller);
    // After these the worker knows that this cycle is quick, and claims ahead.
    await cycle.accept(...bodies(20).map(() => 0));
    await cycle.ended();
    const ids = await cycle.accept(1, 2);
    await expect.poll(() => gate.waiting).toBe(1);
    await expect.poll(jobStates).toEqual(["CLAIMED", "CLAIMED"]);
    await stopCycle(db.pool, cycle);
    await expect.poll(jobStates).toEqual(["CLAIMED", "READY"]);
    gate.open();
    await expect.poll(jobStates).toEqual(["READY", "READY"]);
    expect((await cycle.result(ids[0]!)).steps.map((step) => step.stepId)).toEqual(["trigger", "positive", "a"]);
    expect(caller.calls.map(({ url }) => url)).toEqual(["https://example.com/a"]);
    await startCycle(db.pool, { ...cycle, once: false });
    await cycle.ended();
    expect(caller.calls.map(({ url, body }) => url.at(-1)! + JSON.parse(body!).n)).toEqual(["a1", "b1", "a2", "b2"]);
  });

  test("finishes what was accepted and stops then", async () => {
    const gate = new Gate();
    const cycle = await world.cycle(oneCall, { parallelLimit: 2 });
    startWorker(new TestCaller(() => gate.pass()));
    const before = await cycle.accept(...bodies(5));
    await expect.poll(() => gate.waiting).toBe(2);
    await finishCycle(db.pool, cycle);
    const [after] = await cycle.accept(9);
    gate.open();
    await expect
      .poll(async () => (await db.prisma.cycle.findUnique({ where: { id: cycle.cycleId } }))?.state)
      .toBe("STOPPED");
    expect(await Promise.all(before.map((id) => state(cycle, id)))).toEqual(before.map(() => "COMPLETED"));
    expect(await state(cycle, after!)).toBe("QUEUED");
  });

  test("runs once and stops", async () => {
    const cycle = await world.cycle(pure, { runOnce: true });
    startWorker();
    const ids = await cycle.accept({}, {});
    await expect
      .poll(async () => (await db.prisma.cycle.findUnique({ where: { id: cycle.cycleId } }))?.state)
      .toBe("STOPPED");
    expect(await Promise.all(ids.map((id) => state(cycle, id)))).toEqual(["COMPLETED", "QUEUED"]);
  });

  test("a step may stop it by failing", async () => {
    const caller = new TestCaller(async () => ({ status: 400 }));
    const cycle = await world.cycle(
      graphOf([trigger, call("a", JSON.parse('{"then":"stop-cycle"}'))], ["trigger -> a"]),
      {
        parallelLimit: 1,
      },
    );
    startWorker(caller);
    const ids = await cycle.accept(1, 2);
    await expect.poll(() => state(cycle, ids[0]!)).toBe("FAILED");
    expect((await db.prisma.cycle.findUnique({ where: { id: cycle.cycleId } }))?.state).toBe("STOPPED");
    await expect
      .poll(async () => (await db.pool.query(`SELECT status FROM "Job"`)).rows)
      .toEqual([{ status: "READY" }]);
    expect(await state(cycle, ids[1]!)).toBe("QUEUED");
  });
});

describe("workers that come and go", () => {
  test("a stopped one gives back what it holds at a step boundary", async () => {
    const gate = new Gate();
    const caller = new TestCaller(() => gate.pass());
    const cycle = await world.cycle(twoCalls, { parallelLimit: 2 });
    const first = startWorker(caller);
    const ids = await cycle.accept(1, 2, 3);
    await expect.poll(() => gate.waiting).toBe(2);
    const stopped = first.stop();
    gate.open();
    await stopped;
    expect((await db.pool.query(`SELECT status, rescues FROM "Job"`)).rows).toEqual(
      ids.map(() => ({ status: "READY", rescues: 0 })),
    );
    expect((await db.pool.query(`SELECT id FROM "Worker" UNION SELECT "workerId" FROM "Grant"`)).rows).toEqual([]);
    startWorker(caller);
    await cycle.ended();
    expect(caller.calls.map((made) => made.idempotencyKey).sort()).toEqual(
      ids.flatMap((id) => [`${id}-a-1`, `${id}-b-1`]).sort(),
    );
  });

  test("a stopped one breaks off a call that takes too long; it is made again with the same key", async () => {
    let isFirst = true;
    const caller = new TestCaller(async (_, signal) => {
      if (!isFirst) return {};
      isFirst = false;
      return new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
    });
    const cycle = await world.cycle(oneCall);
    const first = startWorker(caller);
    const [id] = await cycle.accept(1);
    await expect.poll(() => caller.under).toBe(1);
    await first.stop({ graceMs: 10 });
    startWorker(caller);
    await cycle.ended();
    expect(await state(cycle, id!)).toBe("COMPLETED");
    expect(caller.calls.map((made) => made.idempotencyKey)).toEqual([`${id}-a-1`, `${id}-a-1`]);
  });

  test("a lost one is replaced after the last stored step, and can't finish what it had when it comes back", async () => {
    const gate = new Gate();
    const lostCaller = new TestCaller(({ url }) => (url.endsWith("b") ? gate.pass() : Promise.resolve({})));
    const caller = new TestCaller(async () => ({ body: { by: "the other" } }));
    const cycle = await world.cycle(twoCalls);
    const lost = startWorker(lostCaller);
    const [id] = await cycle.accept(1);
    await expect.poll(() => gate.waiting).toBe(1);
    await db.pool.query(`UPDATE "Worker" SET "aliveUntil" = now() WHERE id = $1`, [lost.id]);
    await rescueJobs(db.pool);
    startWorker(caller);
    await cycle.ended();
    gate.open();
    await lost.stop({ graceMs: 0 });
    expect(caller.calls.map((made) => made.idempotencyKey)).toEqual([`${id}-b-1`]);
    const result = await cycle.result(id!);
    expect(result.steps.map((step) => step.stepId)).toEqual(["trigger", "a", "b"]);
    expect(result.step("b")!.output).toMatchObject({ body: { by: "the other" } });
  });

  test("one whose connections are cut again and again goes on and doubles nothing", async () => {
    const caller = new TestCaller(async () => {
      await sleep(5);
      return {};
    });
    const cycle = await world.cycle(twoCalls, { parallelLimit: 8 });
    const ids = await cycle.accept(...bodies(120));
    const own = new pg.Client({ connectionString: db.url });
    await own.connect();
    const database = poolThatIsCut(db.url);
    const worker = new Worker({ pool: database, caller, slots: 16, listenUrl: db.url });
    workers.push(worker);
    worker.start();
    for (let cut = 0; cut < 12; cut++) {
      await expect.poll(() => caller.calls.length).toBeGreaterThan(cut * 15);
      await own.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name IN ('cut', 'spoke-listen') AND datname = current_database()`,
      );
    }
    await own.end();
    await cycle.ended();
    expect(await Promise.all(ids.map((id) => state(cycle, id)))).toEqual(ids.map(() => "COMPLETED"));
    expect(caller.calls.map((made) => made.idempotencyKey).sort()).toEqual(
      ids.flatMap((id) => [`${id}-a-1`, `${id}-b-1`]).sort(),
    );
    await worker.stop({ graceMs: 0 });
    await database.end();
  });
});

function poolThatIsCut(connectionString: string): pg.Pool {
  const pool = new pg.Pool({ connectionString, max: 10, application_name: "cut" });
  pool.on("error", () => {});
  return pool;
}
