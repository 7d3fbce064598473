import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import { discardHeld } from "@/lib/queue/discard-held";
import { tendHolds } from "./tend-holds";
import { type TestCycle, testWorkers } from "./testing";
import { bodies, oneCall } from "./testing-graphs";
import { testHolds } from "./testing-holds";
import { held as graph, request } from "./testing-mid-cycle";

const { db, world, workers } = testWorkers();
const { hold, drain, read, idle } = testHolds(db);

const endings = async ({ cycleId }: TestCycle) => {
  const rows = await db.prisma.transaction.groupBy({ by: ["state"], where: { cycleId }, _count: true });
  return Object.fromEntries(rows.map(({ state, _count }) => [state, _count]));
};
const strict = () => world.cycle(oneCall, { parallelLimit: 1 });

describe("discarding", () => {
  const discard = (cycle: TestCycle, id: string, { count, throughSeq }: { count: number; throughSeq: string }) =>
    discardHeld(db.pool, { id, accountId: cycle.accountId, count, throughSeq, discardedBy: null });

  test("ends exactly the transactions that were counted, and keeps what came since", async () => {
    const cycle = await strict();
    const id = await hold(cycle);
    await cycle.accept(...bodies(5));
    await tendHolds(db.pool);
    const { held: count, throughSeq } = await read(id);
    await cycle.accept(6, 7);
    expect(await discard(cycle, id, { count, throughSeq: throughSeq! })).toBe("asked");
    await tendHolds(db.pool);
    expect(await endings(cycle)).toEqual({ DISCARDED: 5, QUEUED: 2 });
    await tendHolds(db.pool);
    expect(await read(id)).toMatchObject({ held: 2, discarded: 5, discarding: false, endedAt: null });
  });

  test("takes none that comes later, also when it is asked for more than there are", async () => {
    const cycle = await strict();
    const id = await hold(cycle);
    await cycle.accept(...bodies(3));
    await tendHolds(db.pool);
    expect(await discard(cycle, id, { count: 3, throughSeq: "999999999999999999" })).toBe("asked");
    await cycle.accept(4, 5);
    await tendHolds(db.pool);
    await tendHolds(db.pool);
    expect(await endings(cycle)).toEqual({ DISCARDED: 3, QUEUED: 2 });
    expect(await read(id)).toMatchObject({ held: 2, discarded: 3, discarding: false });
  });

  test("takes no transaction that is continued after it was asked for", async () => {
    const cycle = await world.cycle(graph());
    const worker = workers.start();
    const [early] = await cycle.accept({ id: "early" });
    await expect.poll(() => cycle.state(early!)).toBe("HELD");
    await worker.stop({ graceMs: 0 });
    const id = await hold(cycle);
    const late = await cycle.accept({ id: "late" }, { id: "later" });
    await tendHolds(db.pool);
    const { held: count, throughSeq } = await read(id);
    expect(await discard(cycle, id, { count, throughSeq: throughSeq! })).toBe("asked");
    await request(db, cycle, { id: "early" });
    await tendHolds(db.pool);
    await tendHolds(db.pool);
    expect(await Promise.all(late.map((one) => cycle.state(one)))).toEqual(["DISCARDED", "DISCARDED"]);
    expect(await cycle.state(early!)).toBe("QUEUED");
    expect(await read(id)).toMatchObject({ held: 1, discarded: 2, discarding: false });
  });

  test("refuses another number than is held, and discards nothing", async () => {
    const cycle = await strict();
    const id = await hold(cycle);
    await cycle.accept(...bodies(3));
    await tendHolds(db.pool);
    const { throughSeq } = await read(id);
    expect(await discard(cycle, id, { count: 4, throughSeq: throughSeq! })).toBe("changed");
    expect(await discard(cycle, randomUUID(), { count: 3, throughSeq: throughSeq! })).toBe("not-found");
    await tendHolds(db.pool);
    expect(await endings(cycle)).toEqual({ QUEUED: 3 });
  });

  test("goes before draining: nothing begins that somebody asked to discard", async () => {
    const cycle = await strict();
    const id = await hold(cycle);
    await cycle.accept(...bodies(2_001));
    await tendHolds(db.pool);
    await drain(cycle, id);
    const { held: count, throughSeq } = await read(id);
    expect(await discard(cycle, id, { count, throughSeq: throughSeq! })).toBe("asked");
    await tendHolds(db.pool);
    expect(await endings(cycle)).toEqual({ DISCARDED: 2_000, QUEUED: 1 });
    await tendHolds(db.pool);
    expect(await endings(cycle)).toEqual({ DISCARDED: 2_001 });
    await tendHolds(db.pool);
    await tendHolds(db.pool);
    expect(await read(id)).toMatchObject({ discarded: 2_001, released: 0, endedAt: expect.any(Date) });
  });

  test("takes what another hold would let go meanwhile", async () => {
    const cycle = await strict();
    const inner = await hold(cycle);
    const account = await hold({ accountId: cycle.accountId, cycleId: null });
    await cycle.accept(...bodies(3));
    await tendHolds(db.pool);
    await drain(cycle, account, 1);
    await idle(account);
    await tendHolds(db.pool);
    const { held: count, throughSeq, released } = await read(account);
    expect({ count, released }).toEqual({ count: 3, released: 2 });
    expect(await discard(cycle, account, { count, throughSeq: throughSeq! })).toBe("asked");
    await drain(cycle, inner);
    await tendHolds(db.pool);
    expect(await endings(cycle)).toEqual({ DISCARDED: 3 });
  });

  test("counts anew when jobs were let go while it waited for the hold", async () => {
    const cycle = await strict();
    const id = await hold(cycle);
    await cycle.accept(...bodies(3));
    await tendHolds(db.pool);
    const { held: count, throughSeq } = await read(id);
    const draining = await db.pool.connect();
    await draining.query(`BEGIN; UPDATE "Hold" SET released = released`);
    await draining.query(
      `UPDATE "Job" SET status = 'READY' WHERE seq = (SELECT min(seq) FROM "Job" WHERE status = 'HELD')`,
    );
    const asked = discard(cycle, id, { count, throughSeq: throughSeq! });
    await db.waiting(draining);
    await draining.query("COMMIT");
    draining.release();
    expect(await asked).toBe("changed");
  });

  test("waits for a job that somebody else has in hand", async () => {
    const cycle = await strict();
    const id = await hold(cycle);
    await cycle.accept(1);
    await tendHolds(db.pool);
    const { held: count, throughSeq } = await read(id);
    expect(await discard(cycle, id, { count, throughSeq: throughSeq! })).toBe("asked");
    const continuing = await db.pool.connect();
    await continuing.query(`BEGIN; SELECT FROM "Job" WHERE status = 'HELD' FOR UPDATE`);
    const tending = tendHolds(db.pool);
    await db.waiting(continuing);
    await continuing.query("COMMIT");
    continuing.release();
    await tending;
    expect(await endings(cycle)).toEqual({ DISCARDED: 1 });
  });
});
