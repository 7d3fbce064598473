import { expect, test } from "vitest";
import { tendHolds } from "./tend-holds";
import { TestCaller, testWorkers } from "./testing";
import { bodies, oneCall } from "./testing-graphs";
import { testHolds } from "./testing-holds";
import { held as graph, request } from "./testing-mid-cycle";

const { db, world, workers } = testWorkers();
const { hold, drain, read, held, ended, idle } = testHolds(db);

const sent = (caller: TestCaller) => caller.calls.map(({ body }) => Number(JSON.parse(body!).n));

test("what comes while a hold is drained at a rate begins behind what it held, also when the rate is changed", async () => {
  const caller = new TestCaller();
  const cycle = await world.cycle(oneCall, { parallelLimit: 1 });
  const id = await hold(cycle);
  await cycle.accept(...bodies(60));
  for (let count = 0; count < 2; count++) workers.start(caller);
  await held(id).toBe(60);

  await drain(cycle, id, 1);
  await expect.poll(() => caller.calls.length).toBeGreaterThan(0);
  await cycle.accept(...bodies(80).slice(60));
  expect((await read(id)).endedAt).toBeNull();
  await drain(cycle, id, 100);
  await cycle.accept(...bodies(90).slice(80));
  await ended(id).not.toBeNull();
  await cycle.ended();
  expect(sent(caller)).toEqual(bodies(90));
  expect(await read(id)).toMatchObject({ released: 90, held: 0 });
});

test("what continues a transaction that was let go before begins within the rate as well", async () => {
  const cycle = await world.cycle(graph());
  const worker = workers.start();
  const early = await cycle.accept(...bodies(10).map((n) => ({ id: `early ${n}` })));
  await expect.poll(() => db.prisma.transaction.count({ where: { id: { in: early }, state: "HELD" } })).toBe(10);
  await worker.stop({ graceMs: 0 });

  const id = await hold(cycle);
  await cycle.accept(...bodies(5).map((n) => ({ id: `late ${n}` })));
  await drain(cycle, id, 1);
  await idle(id);
  await tendHolds(db.pool);
  expect(await read(id)).toMatchObject({ released: 2, held: 3 });

  for (const n of bodies(10)) await request(db, cycle, { id: `early ${n}` });
  await idle(id);
  await tendHolds(db.pool);
  expect(await read(id)).toMatchObject({ released: 4, held: 11 });
  const jobs = await db.prisma.job.findMany({ where: { status: "READY" }, orderBy: { seq: "asc" } });
  expect(jobs.slice(0, 2).map(({ transactionId }) => transactionId)).toEqual(early.slice(0, 2));
});
