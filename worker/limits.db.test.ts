import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { StepError } from "@/lib/core/errors";
import { graphOf } from "@/lib/core/testing";
import { stopCycle } from "@/lib/queue/stop-cycle";
import { Gate, TestCaller, testWorkers } from "./testing";
import { answer, bodies, call, delay, oneCall, pure, trigger } from "./testing-graphs";

const { db, world, workers } = testWorkers();

const sent = (caller: TestCaller) => caller.calls.map(({ body }) => Number(JSON.parse(body!).n));

describe("limits", () => {
  test("of a cycle hold with three workers racing", async () => {
    const caller = new TestCaller(async () => {
      await sleep(3);
      return {};
    });
    const cycle = await world.cycle(oneCall, { parallelLimit: 4 });
    for (let count = 0; count < 3; count++) workers.start(caller);
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
    for (let count = 0; count < 3; count++) workers.start(caller);
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
    for (let count = 0; count < 2; count++) workers.start(caller);
    await cycle.accept(...bodies(5));
    await cycle.ended();
    expect(sent(caller)).toEqual(bodies(5));
  });

  test("of 1 run quick transactions in order, many at a time", async () => {
    const cycle = await world.cycle(pure, { parallelLimit: 1 });
    const ids = await cycle.accept(...bodies(500).map((n) => ({ name: String(n) })));
    workers.start();
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
    for (let count = 0; count < 2; count++) workers.start(caller);
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
    workers.start(caller, { slots: 8 });
    await expect.poll(() => caller.mostUnder).toBeGreaterThanOrEqual(6);
    const [id] = await small.accept(1);
    const before = caller.calls.length;
    await small.ended();
    const place = caller.calls.findIndex(({ idempotencyKey }) => idempotencyKey?.startsWith(id!));
    expect(place - before).toBeLessThan(1_000);
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
    workers.start(new TestCaller(() => gate.pass()), { slots: 8 });
    await expect.poll(() => gate.waiting).toBe(6);
    await answering.accept(1);
    await answering.ended();
    await stopCycle(db.pool, backlog);
    gate.open();
  });
});
