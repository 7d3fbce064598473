import { describe, expect, test } from "vitest";
import { field, graphOf } from "@/lib/core/testing";
import { cancelTransaction } from "@/lib/queue/cancel";
import { continueByHand } from "@/lib/queue/continue";
import { TestCaller, type TestCycle, testWorkers } from "./testing";
import { answer, trigger } from "./testing-graphs";
import { given, held, hold, hook, request } from "./testing-mid-cycle";

const { db, world, workers } = testWorkers();

const jobsOf = async ({ cycleId }: TestCycle) => db.prisma.job.count({ where: { cycleId } });

describe("a transaction at a mid-cycle webhook", () => {
  test("is held without a job, and completes with the request that matches", async () => {
    const cycle = await world.cycle(held());
    workers.start();
    const id = await hold(cycle, "A-10");
    expect(await jobsOf(cycle)).toBe(0);
    expect(await request(db, cycle, { id: "A-10", status: "Picked" })).toEqual({
      kind: "continued",
      transactionId: id,
      number: 1,
    });
    await cycle.ended();
    const result = await cycle.result(id);
    expect(result).toMatchObject({ state: "COMPLETED", endedAt: expect.any(Date) });
    expect(result.step("hook")).toMatchObject({
      visit: 1,
      continuation: 1,
      input: { value: "A-10" },
      output: { body: { id: "A-10", status: "Picked" } },
    });
    expect(result.step("noted")).toMatchObject({ output: { status: "Picked" } });
    expect(await jobsOf(cycle)).toBe(0);
  });

  test("is continued again and again, also after its end", async () => {
    const cycle = await world.cycle(held());
    workers.start();
    const id = await hold(cycle, "A-10");
    for (const status of ["Received", "Picked", "Packed"]) {
      await request(db, cycle, { id: "A-10", status });
      await cycle.ended();
    }
    expect(await given(cycle, id)).toEqual([
      [1, { status: "Received" }],
      [2, { status: "Picked" }],
      [3, { status: "Packed" }],
    ]);
  });

  test("takes requests that come at once one after another", async () => {
    const cycle = await world.cycle(held());
    workers.start();
    const id = await hold(cycle, "A-10");
    const numbers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => request(db, cycle, { id: "A-10", status: index })),
    );
    await cycle.ended();
    const inOrder = numbers
      .map((continued, index) => ({ index, number: (continued as { number: number }).number }))
      .sort((a, b) => a.number - b.number);
    expect(inOrder.map(({ number }) => number)).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
    expect(await given(cycle, id)).toEqual(inOrder.map(({ index, number }) => [number, { status: index }]));
  });

  test("is found before older ones with the same value", async () => {
    const cycle = await world.cycle(held());
    workers.start();
    await hold(cycle, "A-10");
    const newest = await hold(cycle, "A-10");
    const other = await hold(cycle, "A-11");
    expect(await request(db, cycle, { id: "A-10" })).toMatchObject({ transactionId: newest });
    expect(await request(db, cycle, { id: "A-10" })).toMatchObject({ transactionId: newest });
    expect(await request(db, cycle, { id: "A-11" })).toMatchObject({ transactionId: other });
  });

  test("is not found by another value, another cycle or another step", async () => {
    const [cycle, other] = [await world.cycle(held()), await world.cycle(held())];
    workers.start();
    await hold(cycle, "A-10");
    expect(await request(db, cycle, { id: "A-11" })).toEqual({ kind: "no-match" });
    expect(await request(db, other, { id: "A-10" })).toEqual({ kind: "no-match" });
    expect(await request(db, cycle, { id: "A-10" }, { stepId: "other" })).toEqual({ kind: "no-match" });
    expect(await db.prisma.receipt.count({ where: { cycleId: { in: [cycle.cycleId, other.cycleId] } } })).toBe(0);
  });

  test("leaves its slot, also in a cycle with limit 1", async () => {
    const cycle = await world.cycle(held(), { parallelLimit: 1 });
    workers.start(new TestCaller(), { slots: 1 });
    await hold(cycle, "A-1");
    await hold(cycle, "A-2");
  });

  test("goes on by hand with a person's data", async () => {
    const cycle = await world.cycle(held());
    workers.start();
    const id = await hold(cycle, "A-10");
    const input = JSON.stringify({ body: { status: "typed" }, query: {}, headers: {} });
    expect(await continueByHand(db.pool, { transactionId: id, stepId: "hook", input, userId: null })).toBe(1);
    await cycle.ended();
    expect(await given(cycle, id)).toEqual([[1, { status: "typed" }]]);
    expect(await continueByHand(db.pool, { transactionId: id, stepId: "noted", input, userId: null })).toBeUndefined();
  });

  test("is cancelled while it is held, and matches nothing afterwards", async () => {
    const cycle = await world.cycle(held());
    workers.start();
    const older = await hold(cycle, "A-10");
    const id = await hold(cycle, "A-10");
    const { accountId } = cycle;
    expect(await cancelTransaction(db.pool, { accountId, transactionId: id })).toBe("cancelled");
    expect(await cycle.state(id)).toBe("CANCELLED");
    expect(await jobsOf(cycle)).toBe(0);
    expect(await request(db, cycle, { id: "A-10" })).toMatchObject({ transactionId: older });
  });

  test("answers its synchronous caller after the hold, for the status URL", async () => {
    const cycle = await world.cycle(graphOf([trigger, hook(), answer], ["trigger -> hook", "hook -> answer"]));
    workers.start();
    const id = await hold(cycle, "A-10");
    await request(db, cycle, { id: "A-10" });
    await cycle.ended();
    expect((await cycle.result(id)).response).toMatchObject({ status: 200, body: '{"ok":"yes"}' });
  });
});

describe("the order of the reference", () => {
  test("is notified four times and goes on when it is despatched", async () => {
    const isDespatched = {
      id: "despatched",
      type: "decision",
      settings: {
        groups: [
          {
            conditions: [
              {
                left: { source: "step-field", stepId: "hook", path: ["body", "status"] },
                operator: "equals",
                right: { source: "value", text: "Despatched" },
              },
            ],
          },
        ],
      },
    };
    const mail = {
      id: "mail",
      type: "set-fields",
      settings: { fields: [field("text", "{{trigger.body.id}} is on its way")] },
    };
    const cycle = await world.cycle(
      graphOf(
        [trigger, hook(), isDespatched, mail],
        ["trigger -> hook", "hook -> despatched", "despatched:true -> mail"],
      ),
    );
    workers.start();
    const id = await hold(cycle, "A-10");
    for (const status of ["Received", "Picked", "Packed", "Despatched"]) {
      await request(db, cycle, { id: "A-10", status });
      await cycle.ended();
    }
    const { steps } = await cycle.result(id);
    expect(steps.filter(({ stepId }) => stepId === "despatched").map(({ exit }) => exit)).toEqual([
      "false",
      "false",
      "false",
      "true",
    ]);
    expect(await given(cycle, id, "mail")).toEqual([[1, { text: "A-10 is on its way" }]]);
  });
});
