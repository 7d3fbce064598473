import { describe, expect, test } from "vitest";
import { graphOf } from "@/lib/core/testing";
import { tendHolds } from "./tend-holds";
import { Gate, TestCaller, type TestCycle, testWorkers } from "./testing";
import { bodies, call, delay, oneCall, trigger } from "./testing-graphs";
import { testHolds } from "./testing-holds";

const { db, world, workers } = testWorkers();

const sent = (caller: TestCaller) => caller.calls.map(({ body }) => Number(JSON.parse(body!).n));
const { hold, drain, read, held, ended, idle } = testHolds(db);
const endings = async ({ cycleId }: TestCycle) => {
  const rows = await db.prisma.transaction.groupBy({ by: ["state"], where: { cycleId }, _count: true });
  return Object.fromEntries(rows.map(({ state, _count }) => [state, _count]));
};
const strict = () => world.cycle(oneCall, { parallelLimit: 1 });

describe("a hold", () => {
  test("starts nothing, and lets all of it begin in the order of acceptance when two workers drain it", async () => {
    const caller = new TestCaller();
    const cycle = await strict();
    const id = await hold(cycle);
    for (let count = 0; count < 2; count++) workers.start(caller);
    await cycle.accept(...bodies(20));
    await cycle.accept(...bodies(40).slice(20));
    await held(id).toBe(40);
    expect(caller.calls).toEqual([]);
    await drain(cycle, id);
    await ended(id).not.toBeNull();
    await cycle.ended();
    expect(sent(caller)).toEqual(bodies(40));
    expect(await read(id)).toMatchObject({ released: 40, held: 0 });
  });

  test("holds what was ready before it, and lets go on what was in progress", async () => {
    const gate = new Gate();
    const caller = new TestCaller(() => gate.pass());
    const cycle = await world.cycle(graphOf([trigger, call("a"), call("b")], ["trigger -> a", "a -> b"]), {
      parallelLimit: 1,
    });
    await cycle.accept(...bodies(10));
    workers.start(caller);
    await expect.poll(() => gate.waiting).toBe(1);
    const id = await hold(cycle);
    await held(id).toBe(9);
    gate.open();
    await expect.poll(() => endings(cycle)).toEqual({ COMPLETED: 1, QUEUED: 9 });
    await drain(cycle, id);
    await cycle.ended();
    expect(await endings(cycle)).toEqual({ COMPLETED: 10 });
  });

  test("does not stop a transaction that waits in the middle", async () => {
    const cycle = await world.cycle(graphOf([trigger, delay(3_600), call("a")], ["trigger -> delay", "delay -> a"]));
    workers.start();
    await cycle.accept(1);
    await expect.poll(() => endings(cycle)).toEqual({ WAITING: 1 });
    await hold(cycle);
    await cycle.timePasses();
    await expect.poll(() => endings(cycle)).toEqual({ COMPLETED: 1 });
  });

  test("on one webhook leaves the cycle's other webhook alone", async () => {
    const graph = graphOf([trigger, { ...trigger, id: "other" }, call("a")], ["trigger -> a", "other -> a"]);
    const cycle = await world.cycle(graph);
    const id = await hold(cycle, "other");
    workers.start();
    await cycle.accept(...bodies(3));
    await cycle.ended();
    expect(await read(id)).toMatchObject({ held: 0, endedAt: null });
  });

  test("on the account holds all its cycles, and each of two holds has to let go", async () => {
    const caller = new TestCaller();
    const cycle = await strict();
    const account = await hold({ accountId: cycle.accountId, cycleId: null });
    const inner = await hold(cycle);
    workers.start(caller);
    await cycle.accept(...bodies(5));
    await held(account).toBe(5);
    await held(inner).toBe(5);
    await drain(cycle, account);
    await ended(account).not.toBeNull();
    expect(caller.calls).toEqual([]);
    await held(inner).toBe(5);
    await drain(cycle, inner);
    await cycle.ended();
    expect(sent(caller)).toEqual(bodies(5));
  });

  test("that is set again while it is drained keeps what was not begun", async () => {
    const gate = new Gate();
    const caller = new TestCaller(() => gate.pass());
    const cycle = await strict();
    const id = await hold(cycle);
    await cycle.accept(...bodies(8));
    workers.start(caller);
    await held(id).toBe(8);
    await drain(cycle, id, 1);
    await expect.poll(() => gate.waiting).toBe(1);
    expect(await hold(cycle)).toBe(id);
    gate.open();
    await expect.poll(() => endings(cycle)).toEqual({ COMPLETED: 1, QUEUED: 7 });
    await held(id).toBe(7);
  });
});

describe("draining", () => {
  test("lets no more go than the rate, however many workers there are", async () => {
    const cycle = await strict();
    const id = await hold(cycle);
    await cycle.accept(...bodies(100));
    await tendHolds(db.pool);
    await drain(cycle, id, 10);
    const begun = performance.now();
    await idle(id);
    await Promise.all([1, 2, 3].map(() => tendHolds(db.pool)));
    const seconds = 2 + (performance.now() - begun) / 1_000;
    const { released } = await read(id);
    expect(released).toBeGreaterThanOrEqual(20);
    expect(released).toBeLessThanOrEqual(10 * seconds);
  });

  test("goes on from where another worker left it", async () => {
    const cycle = await strict();
    const id = await hold(cycle);
    await cycle.accept(...bodies(30));
    await tendHolds(db.pool);
    await drain(cycle, id, 10);
    await idle(id);
    await tendHolds(db.pool);
    expect(await read(id)).toMatchObject({ released: 20, held: 10, endedAt: null });
    const caller = new TestCaller();
    workers.start(caller);
    await ended(id).not.toBeNull();
    await cycle.ended();
    expect(sent(caller)).toEqual(bodies(30));
  });

  test("that breaks off in the middle lets nothing go, and the next one all of it once", async () => {
    const cycle = await strict();
    const id = await hold(cycle);
    await cycle.accept(...bodies(30));
    await tendHolds(db.pool);
    await drain(cycle, id);
    const lock = await db.pool.connect();
    await lock.query(`BEGIN; SELECT FROM "Job" WHERE status = 'HELD' ORDER BY seq LIMIT 1 FOR UPDATE`);
    const broken = expect(tendHolds(db.pool)).rejects.toThrow();
    const [waiting] = await db.waiting(lock);
    await db.pool.query("SELECT pg_terminate_backend($1)", [waiting]);
    await broken;
    await lock.query("ROLLBACK");
    lock.release();
    expect(await read(id)).toMatchObject({ held: 30, released: 0 });
    const caller = new TestCaller();
    for (let count = 0; count < 2; count++) workers.start(caller);
    await ended(id).not.toBeNull();
    await cycle.ended();
    expect(sent(caller)).toEqual(bodies(30));
    expect((await read(id)).released).toBe(30);
  });

  test("of an empty hold ends it", async () => {
    const cycle = await strict();
    const id = await hold(cycle);
    await drain(cycle, id);
    await tendHolds(db.pool);
    expect((await read(id)).endedAt).not.toBeNull();
    expect(await drain(cycle, id)).toBe(false);
  });

  test("waits for a request that is being accepted under the hold", async () => {
    const cycle = await strict();
    const id = await hold(cycle);
    const accepting = await db.pool.connect();
    await accepting.query(`BEGIN; SELECT FROM "Hold" WHERE "endedAt" IS NULL FOR KEY SHARE`);
    await drain(cycle, id);
    const tending = tendHolds(db.pool);
    await db.waiting(accepting);
    expect((await read(id)).endedAt).toBeNull();
    await accepting.query("COMMIT");
    accepting.release();
    await tending;
    expect((await read(id)).endedAt).not.toBeNull();
  });
});

test("what was held in the moment in which its hold ended becomes ready", async () => {
  const cycle = await strict();
  const id = await hold(cycle);
  await drain(cycle, id);
  await tendHolds(db.pool);
  await cycle.accept(1);
  await db.prisma.job.updateMany({ where: { cycleId: cycle.cycleId }, data: { status: "HELD", stepId: "trigger" } });
  await tendHolds(db.pool);
  expect(await db.prisma.job.findMany({ where: { cycleId: cycle.cycleId } })).toMatchObject([{ status: "READY" }]);
});
