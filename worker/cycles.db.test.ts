import { afterEach, describe, expect, test, vi } from "vitest";
import { graphOf } from "@/lib/core/testing";
import { finishCycle } from "@/lib/queue/finish-cycle";
import { startCycle } from "@/lib/queue/start-cycle";
import { stopCycle } from "@/lib/queue/stop-cycle";
import { Pace } from "./pace";
import { Gate, TestCaller, testWorkers } from "./testing";
import { bodies, call, isPositive, oneCall, pure, trigger } from "./testing-graphs";

const { db, world, workers } = testWorkers();
afterEach(() => vi.restoreAllMocks());

async function jobStates(): Promise<string[]> {
  const { rows } = await db.pool.query<{ status: string }>(`SELECT status FROM "Job" ORDER BY seq`);
  return rows.map((row) => row.status);
}

describe("stopping and starting a cycle", () => {
  test("halts transactions at the next step boundary, and they go on from there", async () => {
    const gate = new Gate();
    const caller = new TestCaller(() => gate.pass());
    const cycle = await world.cycle(
      graphOf([trigger, isPositive, call("a"), call("b")], ["trigger -> positive", "positive:true -> a", "a -> b"]),
      { parallelLimit: 1 },
    );
    workers.start(caller);
    // After these the worker knows that this cycle is quick, and claims ahead: also where a busy machine makes it slow.
    const note = Pace.prototype.note;
    vi.spyOn(Pace.prototype, "note").mockImplementation(function (this: Pace, cycleId) {
      note.call(this, cycleId, 0.1);
    });
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
    workers.start(new TestCaller(() => gate.pass()));
    const before = await cycle.accept(...bodies(5));
    await expect.poll(() => gate.waiting).toBe(2);
    await finishCycle(db.pool, cycle);
    const [after] = await cycle.accept(9);
    gate.open();
    await expect
      .poll(async () => (await db.prisma.cycle.findUnique({ where: { id: cycle.cycleId } }))?.state)
      .toBe("STOPPED");
    expect(await Promise.all(before.map((id) => cycle.state(id)))).toEqual(before.map(() => "COMPLETED"));
    expect(await cycle.state(after!)).toBe("QUEUED");
  });

  test("runs once and stops", async () => {
    const cycle = await world.cycle(pure, { runOnce: true });
    workers.start();
    const ids = await cycle.accept({}, {});
    await expect
      .poll(async () => (await db.prisma.cycle.findUnique({ where: { id: cycle.cycleId } }))?.state)
      .toBe("STOPPED");
    expect(await Promise.all(ids.map((id) => cycle.state(id)))).toEqual(["COMPLETED", "QUEUED"]);
  });

  test("a step may stop it by failing", async () => {
    const caller = new TestCaller(async () => ({ status: 400 }));
    const cycle = await world.cycle(
      graphOf([trigger, call("a", JSON.parse('{"then":"stop-cycle"}'))], ["trigger -> a"]),
      {
        parallelLimit: 1,
      },
    );
    workers.start(caller);
    const ids = await cycle.accept(1, 2);
    await expect.poll(() => cycle.state(ids[0]!)).toBe("FAILED");
    expect((await db.prisma.cycle.findUnique({ where: { id: cycle.cycleId } }))?.state).toBe("STOPPED");
    await expect
      .poll(async () => (await db.pool.query(`SELECT status FROM "Job"`)).rows)
      .toEqual([{ status: "READY" }]);
    expect(await cycle.state(ids[1]!)).toBe("QUEUED");
  });
});
