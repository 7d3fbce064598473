import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { firstUuid7At } from "@/lib/core/uuid7-range";
import { uuid7 } from "@/lib/db/ids";
import { stayWithinDay, type TestDatabase, testDatabase } from "@/lib/db/testing";
import type { TestCycle } from "@/worker/testing";
import { type Claim, type ClaimInput, claimJobs } from "./claim";
import { loadTransactions } from "./load";
import { claimOf, TestQueue } from "./testing";
import { ON_TRIAL } from "./trial";

let db: TestDatabase;
let queue: TestQueue;
let cycle: TestCycle;

beforeAll(stayWithinDay, 100_000);
beforeAll(async () => {
  db = await testDatabase();
  queue = new TestQueue(db);
});
beforeEach(async () => {
  cycle = await queue.begin();
});
afterAll(() => db.close());

const claim = (more: Partial<ClaimInput> = {}) => claimJobs(db.pool, claimOf(more));
const ids = ({ jobs }: Claim) => jobs.map((job) => job.transactionId);
const loadedIds = ({ loaded }: Claim) => loaded.map(({ id }) => id);

/** Accepts transactions whose requests have these bodies. */
async function request(...texts: string[]): Promise<string[]> {
  const accepted = await cycle.accept(...texts);
  for (const [index, id] of accepted.entries()) await giveRequest(id, texts[index]!);
  return accepted;
}

async function giveRequest(transactionId: string, body: string, receiptId = uuid7()) {
  await db.pool.query(
    `INSERT INTO "Receipt" (id, identifier, "receivedAt", method, query, headers, "clientIp", "sizeBytes", body, outcome)
     VALUES ($1, 'i', now(), 'POST', 'a=1', '[]', '192.0.2.1', 2, convert_to($2, 'UTF8'), 'ACCEPTED')`,
    [receiptId, body],
  );
  await db.pool.query(`UPDATE "Transaction" SET input = NULL, "receiptId" = $1 WHERE id = $2`, [
    receiptId,
    transactionId,
  ]);
}

test("what is claimed comes with all that it needs to run, in the order of the jobs", async () => {
  const accepted = [...(await request("one", "two")), ...(await cycle.accept("three"))];
  const one = await claim({ loadBytes: 1_000_000 });
  expect(loadedIds(one)).toEqual(accepted);
  expect(one.loaded.map(({ request }) => request?.body?.toString())).toEqual(["one", "two", undefined]);
  const again = await loadTransactions(db.pool, { transactionIds: accepted, maxBytes: 1_000_000 });
  expect(one.loaded).toEqual(again.map((transaction) => ({ ...transaction, now: expect.any(Number) })));
  expect(loadedIds(await claim({ loadBytes: 1_000_000 }))).toEqual([]);
});

test("what is claimed comes along as far as it fits", async () => {
  const accepted = await request(...["a", "b", "c"].map((letter) => letter.repeat(1_000)));
  const one = await claim({ loadBytes: 2_100 });
  expect(ids(one)).toEqual(accepted);
  expect(loadedIds(one)).toEqual(accepted.slice(0, 2));
});

test("what is on trial does not come along, and nothing does when none is asked for", async () => {
  const [onTrial, other] = await cycle.accept(1, 2);
  await db.pool.query(`UPDATE "Job" SET rescues = $1 WHERE "transactionId" = $2`, [ON_TRIAL, onTrial]);
  const one = await claim({ loadBytes: 1_000 });
  expect([ids(one), loadedIds(one)]).toEqual([[onTrial, other], [other]]);
  await cycle.accept(3);
  expect((await claim()).loaded).toEqual([]);
});

test("what has begun does not come along", async () => {
  const [begun, other] = await cycle.accept(1, 2);
  await db.pool.query(`UPDATE "Transaction" SET state = 'RUNNING', "startedAt" = now() WHERE id = $1`, [begun]);
  const one = await claim({ loadBytes: 1_000 });
  expect([ids(one), loadedIds(one)]).toEqual([[begun, other], [other]]);
});

test("what was accepted, or requested, on another day does not come along", async () => {
  const accepted = await cycle.accept(1, 2, 3);
  const yesterday = firstUuid7At(new Date(Date.now() - 86_400_000));
  await db.pool.query(`UPDATE "Transaction" SET id = $1 WHERE id = $2`, [yesterday, accepted[0]]);
  await db.pool.query(`UPDATE "Job" SET "transactionId" = $1 WHERE "transactionId" = $2`, [yesterday, accepted[0]]);
  await giveRequest(accepted[1]!, "2", yesterday);
  const one = await claim({ loadBytes: 1_000 });
  expect([ids(one), loadedIds(one)]).toEqual([[yesterday, accepted[1], accepted[2]], [accepted[2]]]);
});

test("a day without partitions of its own is no obstacle", async () => {
  const accepted = await cycle.accept(1);
  vi.useFakeTimers({ now: Date.now() + 400 * 86_400_000, toFake: ["Date"] });
  const one = await claim({ loadBytes: 1_000 }).finally(() => vi.useRealTimers());
  expect([ids(one), one.loaded]).toEqual([accepted, []]);
});
