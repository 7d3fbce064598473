import { describe, expect, test } from "vitest";
import { graphOf } from "@/lib/core/testing";
import { rescueJobs } from "@/lib/queue/rescue";
import { Gate, TestCaller, testWorkers } from "./testing";
import { call, delay, trigger } from "./testing-graphs";
import { given, held, hold, hook, request } from "./testing-mid-cycle";

const { db, world, workers } = testWorkers();

describe("a continuation", () => {
  test("waits until the call of the one before has ended", async () => {
    const gate = new Gate();
    const caller = new TestCaller(() => gate.pass());
    const cycle = await world.cycle(graphOf([trigger, hook(), call("a")], ["trigger -> hook", "hook -> a"]));
    workers.start(caller);
    const id = await hold(cycle, "A-10");
    await request(db, cycle, { id: "A-10" });
    await expect.poll(() => gate.waiting).toBe(1);
    expect(await request(db, cycle, { id: "A-10" })).toMatchObject({ number: 2 });
    gate.open();
    await cycle.ended();
    expect(caller.mostUnder).toBe(1);
    expect(caller.calls.map((made) => made.idempotencyKey)).toEqual([`${id}-a-1`, `${id}-a-2`]);
  });

  test("waits for the delay of the one before, and not for one beside it", async () => {
    const cycle = await world.cycle(
      graphOf(
        [trigger, hook(), delay(1), { ...delay(3_600), id: "beside" }],
        ["trigger -> hook", "hook -> delay", "trigger -> beside"],
      ),
    );
    workers.start();
    const [id] = await cycle.accept({ id: "A-10" });
    await expect.poll(() => cycle.state(id!)).toBe("WAITING");
    await request(db, cycle, { id: "A-10" });
    await request(db, cycle, { id: "A-10" });
    await expect.poll(async () => (await given(cycle, id!, "delay")).length).toBe(2);
    const { steps } = await cycle.result(id!);
    expect(steps.map(({ stepId, visit }) => `${stepId}${visit}`)).toEqual([
      "trigger1",
      "hook1",
      "delay1",
      "hook2",
      "delay2",
    ]);
  });

  test("goes on after its last stored call when its worker is lost, and nothing is made twice", async () => {
    const gate = new Gate();
    const lostCaller = new TestCaller(({ url }) => (url.endsWith("b") ? gate.pass() : Promise.resolve({})));
    const caller = new TestCaller();
    const cycle = await world.cycle(
      graphOf([trigger, hook(), call("a"), call("b")], ["trigger -> hook", "hook -> a", "a -> b"]),
    );
    const lost = workers.start(lostCaller);
    const id = await hold(cycle, "A-10");
    await request(db, cycle, { id: "A-10" });
    await expect.poll(() => gate.waiting).toBe(1);
    await request(db, cycle, { id: "A-10" });
    await db.pool.query(`UPDATE "Worker" SET "aliveUntil" = now() - interval '1 second' WHERE id = $1`, [lost.id]);
    await rescueJobs(db.pool);
    workers.start(caller);
    await cycle.ended();
    gate.open();
    expect(caller.calls.map((made) => made.idempotencyKey)).toEqual([`${id}-b-1`, `${id}-a-2`, `${id}-b-2`]);
    const { steps } = await cycle.result(id);
    expect(steps.map(({ stepId, visit }) => `${stepId}${visit}`).join(" ")).toBe("trigger1 hook1 a1 b1 hook2 a2 b2");
  });

  test("is queued while the cycle is stopped, and runs after a start", async () => {
    const cycle = await world.cycle(held());
    workers.start();
    const id = await hold(cycle, "A-10");
    const setState = (state: "STOPPED" | "RUNNING") =>
      db.prisma.cycle.update({ where: { id: cycle.cycleId }, data: { state, stoppedAt: new Date() } });
    await setState("STOPPED");
    await request(db, cycle, { id: "A-10", status: 1 });
    expect(await cycle.state(id)).toBe("QUEUED");
    await setState("RUNNING");
    await cycle.ended();
    expect(await given(cycle, id)).toEqual([[1, { status: 1 }]]);
  });

  test("with a request that can't be read fails its transaction, and the next one goes on", async () => {
    const cycle = await world.cycle(held());
    workers.start();
    const id = await hold(cycle, "A-10");
    const receipts = await db.prisma.receipt.count();
    await request(db, cycle, { id: "A-10", status: 1 });
    expect(await db.prisma.receipt.count()).toBe(receipts + 1);
    await cycle.ended();
    await db.prisma.continuation.updateMany({ where: { transactionId: id }, data: { state: "QUEUED" } });
    await db.prisma.receipt.deleteMany({ where: { transactionId: id } });
    await request(db, cycle, { id: "A-10", status: 2 });
    await cycle.ended();
    expect((await given(cycle, id)).at(-1)).toEqual([2, { status: 2 }]);
  });
});
