import { expect, test } from "vitest";
import { deleteCycle } from "@/lib/queue/delete-cycle";
import { discardExpired } from "@/lib/queue/discard";
import { startCycle } from "@/lib/queue/start-cycle";
import { timeOutHeld } from "@/lib/queue/time-out";
import { type TestCycle, testWorkers } from "./testing";
import { held, hold, request } from "./testing-mid-cycle";

const { db, world, workers } = testWorkers();

/** Has a transaction held, and ends the workers. */
async function holdAlone(cycle: TestCycle): Promise<string> {
  workers.start();
  const transactionId = await hold(cycle, "A-10");
  await workers.stop();
  return transactionId;
}

const stands = async (transactionId: string) => ({
  transaction: await db.prisma.transaction.findFirst({ where: { id: transactionId }, select: { state: true } }),
  reached: await db.prisma.reachedWebhook.findMany({
    where: { transactionId },
    select: { held: true, until: true },
  }),
  continuations: await db.prisma.continuation.findMany({ where: { transactionId }, select: { state: true } }),
});

test("what is held in a cycle that is deleted is discarded, and does not time out", async () => {
  const cycle = await world.cycle(held({ timeoutSeconds: 3_600 }));
  const id = await holdAlone(cycle);
  await db.prisma.reachedWebhook.updateMany({ where: { transactionId: id }, data: { until: new Date(0) } });
  await deleteCycle(db.pool, cycle);
  expect(await discardExpired(db.pool)).toBe(1);
  await timeOutHeld(db.pool);
  expect(await stands(id)).toEqual({
    transaction: { state: "DISCARDED" },
    reached: [{ held: false, until: null }],
    continuations: [],
  });
});

const day = 24 * 3_600_000;
const discarded = {
  transaction: { state: "DISCARDED" },
  reached: [{ held: false, until: null }],
  continuations: [{ state: "DISCARDED" }],
};

test("what was continued in a cycle that is deleted is discarded with its continuations", async () => {
  const cycle = await world.cycle(held());
  const id = await holdAlone(cycle);
  await request(db, cycle, { id: "A-10", status: "Picked" });
  await deleteCycle(db.pool, cycle);
  expect(await stands(id)).toEqual(discarded);
});

test("so is what was continued in a cycle that is started after it has been stopped for 24 h", async () => {
  const cycle = await world.cycle(held());
  const id = await holdAlone(cycle);
  await request(db, cycle, { id: "A-10", status: "Picked" });
  const stoppedAt = new Date(Date.now() - 2 * day);
  await db.prisma.cycle.update({ where: { id: cycle.cycleId }, data: { state: "STOPPED", stoppedAt } });
  expect(await startCycle(db.pool, { ...cycle, once: false })).toBe(true);
  expect(await stands(id)).toEqual(discarded);
});
