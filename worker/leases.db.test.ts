import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { describe, expect, test } from "vitest";
import { rescueJobs } from "@/lib/queue/rescue";
import { Gate, TestCaller, testWorkers } from "./testing";
import { bodies, oneCall, twoCalls } from "./testing-graphs";

const { db, world, workers } = testWorkers();

describe("workers that come and go", () => {
  test("a stopped one gives back what it holds at a step boundary", async () => {
    const gate = new Gate();
    const caller = new TestCaller(() => gate.pass());
    const cycle = await world.cycle(twoCalls, { parallelLimit: 2 });
    const first = workers.start(caller);
    const ids = await cycle.accept(1, 2, 3);
    await expect.poll(() => gate.waiting).toBe(2);
    const stopped = first.stop();
    gate.open();
    await stopped;
    expect((await db.pool.query(`SELECT status, rescues FROM "Job"`)).rows).toEqual(
      ids.map(() => ({ status: "READY", rescues: 0 })),
    );
    expect((await db.pool.query(`SELECT id FROM "Worker" UNION SELECT "workerId" FROM "Grant"`)).rows).toEqual([]);
    workers.start(caller);
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
    const first = workers.start(caller);
    const [id] = await cycle.accept(1);
    await expect.poll(() => caller.under).toBe(1);
    await first.stop({ graceMs: 10 });
    workers.start(caller);
    await cycle.ended();
    expect(await cycle.state(id!)).toBe("COMPLETED");
    expect(caller.calls.map((made) => made.idempotencyKey)).toEqual([`${id}-a-1`, `${id}-a-1`]);
  });

  test("a lost one is replaced after the last stored step, and can't finish what it had when it comes back", async () => {
    const gate = new Gate();
    const lostCaller = new TestCaller(({ url }) => (url.endsWith("b") ? gate.pass() : Promise.resolve({})));
    const caller = new TestCaller(async () => ({ body: { by: "the other" } }));
    const cycle = await world.cycle(twoCalls);
    const lost = workers.start(lostCaller);
    const [id] = await cycle.accept(1);
    await expect.poll(() => gate.waiting).toBe(1);
    await db.pool.query(`UPDATE "Worker" SET "aliveUntil" = now() - interval '1 second' WHERE id = $1`, [lost.id]);
    await rescueJobs(db.pool);
    workers.start(caller);
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
    const worker = workers.start(caller, { pool: database });
    for (let cut = 0; cut < 12; cut++) {
      await expect.poll(() => caller.calls.length).toBeGreaterThan(cut * 15);
      await own.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name IN ('cut', 'spoke-listen') AND datname = current_database()`,
      );
    }
    await own.end();
    await cycle.ended();
    expect(await Promise.all(ids.map((id) => cycle.state(id)))).toEqual(ids.map(() => "COMPLETED"));
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
  pool.on("connect", (client) => client.on("error", () => {})); // as the pools of our processes do
  return pool;
}
