import { beforeEach, expect, test } from "vitest";
import { type TestCycle, testWorkers } from "@/worker/testing";
import type { ClaimedJob } from "./claim";
import { loadTransactions } from "./load";
import { A, B, entryOf, TestQueue } from "./testing";
import { writeSummary } from "./write-summary";

const { db } = testWorkers();
const queue = new TestQueue(db);
let cycle: TestCycle;
let job: ClaimedJob;

beforeEach(async () => {
  cycle = await queue.begin();
  await cycle.accept({});
  [job] = (await queue.claim(A)) as [ClaimedJob];
  for (const number of [1, 2, 3]) {
    const checkpoint = { number, steps: `[${number}]`, waits: `["wait ${number}"]` };
    await queue.settle(A, entryOf(job, { kind: "checkpoint" }, { checkpoint }));
  }
});

const write = (through: number, more: { workerId?: string; claim?: number } = {}) =>
  writeSummary(db.pool, { ...job, workerId: A, through, summary: `{"through":${through}}`, ...more });

async function loaded() {
  const [row] = await loadTransactions(db.pool, { transactionIds: [job.transactionId], maxBytes: 1_000 });
  const { checkpoints, summary, steps, waits } = row!;
  return { checkpoints, summary, steps, waits };
}

const numbers = async () => {
  const rows = await db.prisma.checkpoint.findMany({
    orderBy: { number: "asc" },
    where: { transactionId: job.transactionId },
  });
  return rows.map(({ number }) => number);
};

const newest = { checkpoints: 3, waits: '["wait 3"]' };

test("what checkpoints have left is read in their place, with those behind them", async () => {
  expect(await loaded()).toEqual({ ...newest, summary: null, steps: ["[1]", "[2]", "[3]"] });
  await write(2);
  expect(await loaded()).toEqual({ ...newest, summary: '{"through":2}', steps: ["[3]"] });
});

test("it replaces the one before, and the one of fewer checkpoints is not read when it comes later", async () => {
  await write(1);
  await write(3);
  expect(await numbers()).toEqual([-3, 1, 2, 3]);
  await write(2);
  await write(3);
  expect(await loaded()).toEqual({ ...newest, summary: '{"through":3}', steps: [] });
  expect(await numbers()).toEqual([-3, 1, 2, 3]);
});

test.each([
  ["another worker", { workerId: B }],
  ["a claim before", { claim: 0 }],
])("nothing is stored or replaced for %s", async (_, more) => {
  await write(1);
  await write(3, more);
  expect(await numbers()).toEqual([-1, 1, 2, 3]);
});
