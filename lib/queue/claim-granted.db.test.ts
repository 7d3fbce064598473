import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { stayWithinDay, type TestDatabase, testDatabase } from "@/lib/db/testing";
import { type TestCycle, TestWorld } from "@/worker/testing";
import { answering } from "@/worker/testing-graphs";
import { claimJobs } from "./claim";
import { claimGranted, type GrantedClaim, type WantedJobs } from "./claim-granted";
import { registerWorker } from "./heartbeat";
import { A, B, claimOf } from "./testing";
import { ON_TRIAL } from "./trial";

let db: TestDatabase;
let world: TestWorld;

beforeAll(stayWithinDay, 100_000);
beforeAll(async () => {
  db = await testDatabase();
  world = new TestWorld(db);
});
beforeEach(async () => {
  await db.pool.query(`TRUNCATE "Job", "Grant", "Worker", "Hold"`);
  for (const workerId of [A, B]) await registerWorker(db.pool, { workerId, host: "test", pid: 1 });
});
afterAll(() => db.close());

const bodies = (count: number) => Array.from({ length: count }, (_, index) => index);
const ids = ({ jobs }: { jobs: { transactionId: string }[] }) => jobs.map((job) => job.transactionId);

/** A cycle of which a worker has some slots, and nothing in hand any more. */
async function granted(slots: number, { workerId = A, parallelLimit = 10 } = {}): Promise<TestCycle> {
  const cycle = await world.cycle(answering, { parallelLimit });
  await db.pool.query(`INSERT INTO "Grant" ("cycleId", "workerId", "accountId", slots) VALUES ($1, $2, $3, $4)`, [
    cycle.cycleId,
    workerId,
    cycle.accountId,
    slots,
  ]);
  return cycle;
}

type Given = Partial<Omit<WantedJobs, "cycleId">> & { workerId?: string; loadBytes?: number };

const claim = (
  cycles: TestCycle[],
  { workerId = A, loadBytes = 0, inHand = 0, ahead = 1 }: Given = {},
): Promise<GrantedClaim> => {
  const wanted = cycles.map(({ cycleId }) => ({ cycleId, inHand, ahead }));
  return claimGranted(db.pool, { workerId, wanted, loadBytes });
};

describe("within the slots that a worker has", () => {
  test("jobs are claimed, the oldest first, with their cycle and what they need to run", async () => {
    const cycle = await granted(5);
    const accepted = await cycle.accept(...bodies(3));
    const one = await claim([cycle], { loadBytes: 1_000_000 });
    expect(ids(one)).toEqual(accepted);
    expect(one.jobs[0]).toMatchObject({ lane: 0, claim: 1, cycleId: cycle.cycleId, accountId: cycle.accountId });
    expect(one.cycles).toEqual([{ id: cycle.cycleId, slots: 5, limit: 10, state: "RUNNING", finishSeq: null }]);
    expect(one.loaded.map(({ id }) => id)).toEqual(accepted);
    expect(one.isAll).toBe(true);
    const { rows } = await db.pool.query(`SELECT DISTINCT status, "lockedBy" FROM "Job"`);
    expect(rows).toEqual([{ status: "CLAIMED", lockedBy: A }]);
  });

  test("nothing is left to claim when another worker was first", async () => {
    const cycle = await granted(5);
    await cycle.accept(1);
    await claimJobs(db.pool, claimOf({ workerId: B }));
    expect(await claim([cycle])).toMatchObject({ jobs: [], isAll: true });
  });

  test("two that claim at once share the jobs", async () => {
    const cycle = await granted(10);
    await db.pool.query(`INSERT INTO "Grant" SELECT "cycleId", $1, "accountId", slots FROM "Grant"`, [B]);
    const accepted = await cycle.accept(...bodies(12));
    const claims = await Promise.all([claim([cycle]), claim([cycle], { workerId: B })]);
    expect(claims.flatMap(ids).sort()).toEqual(accepted);
  });

  test("what is on trial does not come along", async () => {
    const cycle = await granted(5);
    const [onTrial, other] = await cycle.accept(1, 2);
    await db.pool.query(`UPDATE "Job" SET rescues = $1 WHERE "transactionId" = $2`, [ON_TRIAL, onTrial]);
    const one = await claim([cycle], { loadBytes: 1_000 });
    expect([ids(one), one.loaded.map(({ id }) => id)]).toEqual([[onTrial, other], [other]]);
  });

  test("jobs of the normal lane, and of other cycles, are left", async () => {
    const [cycle, other] = [await granted(5), await granted(5)];
    await other.accept(1);
    await cycle.accept(1);
    await db.pool.query(`UPDATE "Job" SET lane = 1 WHERE "cycleId" = $1`, [cycle.cycleId]);
    expect(await claim([cycle])).toMatchObject({ jobs: [], isAll: true });
  });

  test.each([
    { slots: 3, inHand: 0, ahead: 1, claimed: 3 },
    { slots: 3, inHand: 2, ahead: 1, claimed: 1 },
    { slots: 3, inHand: 9, ahead: 1, claimed: 0 },
    { slots: 3, inHand: 2, ahead: 4, claimed: 10 },
  ])("of $slots slots with $inHand in hand and $ahead for each, $claimed are free", async ({ claimed, ...given }) => {
    const cycle = await granted(given.slots);
    await cycle.accept(...bodies(20));
    const one = await claim([cycle], given);
    expect([one.jobs.length, one.isAll]).toEqual([claimed, false]);
  });
});

describe("everything is left to the claim that gives out slots", () => {
  const change = (columns: string) => (cycle: TestCycle) =>
    db.pool.query(`UPDATE "Cycle" SET ${columns} WHERE id = $1`, [cycle.cycleId]);

  test.each<[string, (cycle: TestCycle) => Promise<unknown>]>([
    ["the worker has no slots", () => db.pool.query(`TRUNCATE "Grant"`)],
    [
      "the worker's lease has passed",
      () => db.pool.query(`UPDATE "Worker" SET "aliveUntil" = now() - interval '1 second' WHERE id = $1`, [A]),
    ],
    ["the cycle was stopped", change(`state = 'STOPPED', "stoppedAt" = now()`)],
    ["the cycle finishes", change(`state = 'FINISHING', "finishSeq" = 1`)],
    ["the cycle was deleted", change(`"deletedAt" = now()`)],
    ["the cycle runs once", change(`"runOnce" = true`)],
    ["the cycle's limit is 1", change(`"parallelLimit" = 1`)],
    ["the cycle's limit is lower than its slots", change(`"parallelLimit" = 4`)],
    ["a hold may be on it", ({ accountId }) => db.prisma.hold.create({ data: { accountId } })],
  ])("when %s", async (_, happen) => {
    const [cycle, other] = [await granted(5), await granted(5)];
    await cycle.accept(1);
    expect(await claim([other])).toMatchObject({ jobs: [], isAll: true });
    await happen(cycle);
    expect(await claim([cycle])).toMatchObject({ jobs: [], isAll: false });
  });

  test("of a cycle without slots, beside one that has some", async () => {
    const [cycle, other] = [await granted(5), await world.cycle(answering)];
    const [first] = await cycle.accept(1);
    await other.accept(1);
    const one = await claim([cycle, other]);
    expect([ids(one), one.isAll]).toEqual([[first], false]);
  });
});
