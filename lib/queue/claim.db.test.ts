import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { graphOf } from "@/lib/core/testing";
import { type TestDatabase, testDatabase } from "@/lib/db/testing";
import { type TestCycle, TestWorld } from "@/worker/testing";
import { answering } from "@/worker/testing-graphs";
import { type Claim, type ClaimInput, claimJobs, FIRST_CYCLE_IDS } from "./claim";
import { registerWorker } from "./heartbeat";
import { A, B, claimOf } from "./testing";

const C = "00000000-0000-7000-8000-00000000000c";

const normal = graphOf([{ id: "trigger", type: "webhook" }], []);

let db: TestDatabase;
let world: TestWorld;

beforeAll(async () => {
  db = await testDatabase();
  world = new TestWorld(db);
});
beforeEach(async () => {
  await db.pool.query(`TRUNCATE "Job", "Grant", "Worker"`);
  for (const workerId of [A, B]) await registerWorker(db.pool, { workerId, host: "test", pid: 1 });
});
afterAll(() => db.close());

const claim = (workerId: string, more: Partial<ClaimInput> = {}): Promise<Claim> =>
  claimJobs(db.pool, claimOf({ workerId, ...more }));

const bodies = (count: number) => Array.from({ length: count }, (_, index) => index);
const ids = ({ jobs }: Claim) => jobs.map((job) => job.transactionId);
const slots = ({ cycles }: Claim, cycleId: string) => cycles.find((cycle) => cycle.id === cycleId)?.slots ?? 0;

describe("jobs", () => {
  test("go to one worker each, the oldest of a cycle first", async () => {
    const cycle = await world.cycle(normal, { parallelLimit: 4 });
    const accepted = await cycle.accept(...bodies(6));
    const claims = await Promise.all([claim(A), claim(B)]);
    expect(claims.flatMap(ids).sort()).toEqual(accepted.slice(0, 4));
    expect(claims.map((one) => one.jobs.length)).toEqual([2, 2]);
  });

  test("count their claims", async () => {
    const cycle = await world.cycle(normal);
    await cycle.accept(1);
    const { jobs } = await claim(A);
    expect(jobs).toMatchObject([{ claim: 1, lane: 1, cycleId: cycle.cycleId, accountId: cycle.accountId }]);
    const { rows } = await db.pool.query(`SELECT status, claim, "lockedBy" FROM "Job"`);
    expect(rows).toEqual([{ status: "CLAIMED", claim: 1, lockedBy: A }]);
  });

  test("are not given to a worker whose lease has passed", async () => {
    const cycle = await world.cycle(normal);
    await cycle.accept(1);
    await db.pool.query(`UPDATE "Worker" SET "aliveUntil" = now() - interval '1 second' WHERE id = $1`, [A]);
    expect(await claim(A)).toMatchObject({ alive: false, jobs: [] });
    expect(await claim(C)).toMatchObject({ alive: false, jobs: [] });
    expect(await claim(B)).toMatchObject({ alive: true, jobs: [{}] });
  });

  test("come with the workers that live", async () => {
    expect((await claim(A)).workers.sort()).toEqual([A, B]);
    await db.pool.query(`UPDATE "Worker" SET "aliveUntil" = now() - interval '1 second' WHERE id = $1`, [A]);
    expect((await claim(B)).workers).toEqual([B]);
  });

  test("are claimed ahead, as many per slot as asked for", async () => {
    const cycle = await world.cycle(normal, { parallelLimit: 4 });
    await cycle.accept(...bodies(50));
    await db.pool.query(`DELETE FROM "Worker" WHERE id = $1`, [B]);
    const first = await claim(A);
    const held = { cycleId: cycle.cycleId, lane: 1 as const, waiting: 1, running: 3, ahead: 5 };
    const second = await claim(A, { held: [held], freeSlots: 61, freeNormalSlots: 45 });
    expect([first.jobs.length, second.jobs.length]).toEqual([4, 16]);
    expect(slots(second, cycle.cycleId)).toBe(4);
  });
});

describe("cycles", () => {
  test.each<[string, boolean]>([
    ["STOPPED", false],
    ["NEVER_STARTED", false],
    ["RUNNING", true],
  ])("that are %s have their jobs claimed: %s", async (state, isClaimed) => {
    const cycle = await world.cycle(normal);
    await cycle.accept(1);
    await db.pool.query(`UPDATE "Cycle" SET state = $2::"CycleState", "stoppedAt" = now() WHERE id = $1`, [
      cycle.cycleId,
      state,
    ]);
    expect((await claim(A)).jobs.length).toBe(isClaimed ? 1 : 0);
  });

  test("that finish have their jobs claimed up to the last", async () => {
    const cycle = await world.cycle(normal);
    const accepted = await cycle.accept(...bodies(4));
    await db.pool.query(
      `UPDATE "Cycle" SET state = 'FINISHING', "finishSeq" = (SELECT seq FROM "Job" ORDER BY seq OFFSET 1 LIMIT 1) WHERE id = $1`,
      [cycle.cycleId],
    );
    expect(ids(await claim(A))).toEqual(accepted.slice(0, 2));
  });

  test("that run once have one job claimed and finish with it", async () => {
    const cycle = await world.cycle(normal, { runOnce: true });
    const [first] = await cycle.accept(1, 2);
    const one = await claim(A);
    expect(ids(one)).toEqual([first]);
    expect(one.cycles).toMatchObject([{ state: "FINISHING", finishSeq: one.jobs[0]!.seq }]);
    expect((await claim(B)).jobs).toEqual([]);
    const row = await db.prisma.cycle.findUniqueOrThrow({ where: { id: cycle.cycleId } });
    expect(row).toMatchObject({ state: "FINISHING", runOnce: false, finishSeq: BigInt(one.jobs[0]!.seq) });
  });

  test("are told of when they stopped while their jobs were held", async () => {
    const cycle = await world.cycle(normal);
    await cycle.accept(1);
    await claim(A);
    await db.pool.query(`UPDATE "Cycle" SET state = 'STOPPED', "stoppedAt" = now() WHERE id = $1`, [cycle.cycleId]);
    const held = [{ cycleId: cycle.cycleId, lane: 1 as const, waiting: 1, running: 0, ahead: 1 }];
    expect((await claim(A, { held })).cycles).toMatchObject([{ id: cycle.cycleId, state: "STOPPED", slots: 0 }]);
  });
});

describe("limits", () => {
  test("of a cycle hold over all workers, whatever they hold", async () => {
    const cycle = await world.cycle(normal, { parallelLimit: 5 });
    await cycle.accept(...bodies(20));
    const [first, second] = [await claim(A), await claim(B)];
    expect([slots(first, cycle.cycleId), slots(second, cycle.cycleId)]).toEqual([3, 2]);
    const running = { cycleId: cycle.cycleId, lane: 1 as const, waiting: 0, running: 3, ahead: 1 };
    expect((await claim(A, { held: [running] })).jobs).toEqual([]);
  });

  test("of an account hold over its cycles and all workers", async () => {
    const accountId = await world.account({ parallelLimit: 5 });
    const cycles = [await world.cycle(normal, { accountId }), await world.cycle(normal, { accountId })];
    for (const cycle of cycles) await cycle.accept(...bodies(20));
    const claims = [await claim(A), await claim(B)];
    expect(claims.map((one) => one.jobs.length)).toEqual([5, 0]);
    expect(cycles.map((cycle) => slots(claims[0]!, cycle.cycleId)).sort()).toEqual([2, 3]);
  });

  test("give back what is not held any more", async () => {
    const cycle = await world.cycle(normal, { parallelLimit: 1 });
    await cycle.accept(1, 2);
    expect((await claim(A)).jobs.length).toBe(1);
    expect((await claim(B)).jobs.length).toBe(0);
    const [job] = (await db.pool.query(`DELETE FROM "Job" WHERE status = 'CLAIMED' RETURNING seq`)).rows;
    expect(job).toBeDefined();
    await claim(A, { freeSlots: 0, freeNormalSlots: 0 });
    expect((await claim(B)).jobs.length).toBe(1);
  });

  test("count a worker that is gone until it is rescued", async () => {
    const cycle = await world.cycle(normal, { parallelLimit: 1 });
    await cycle.accept(1, 2);
    await claim(A);
    await db.pool.query(`UPDATE "Worker" SET "aliveUntil" = now() - interval '1 second' WHERE id = $1`, [A]);
    expect((await claim(B)).jobs).toEqual([]);
  });

  test("of 1 keep the order: nothing overtakes a transaction that waits", async () => {
    const cycle = await world.cycle(normal, { parallelLimit: 1 });
    await cycle.accept(1, 2);
    await db.pool.query(`UPDATE "Job" SET status = 'WAITING' WHERE seq = (SELECT min(seq) FROM "Job")`);
    expect((await claim(A)).jobs).toEqual([]);
    await db.pool.query(`UPDATE "Job" SET status = 'READY'`);
    expect((await claim(A)).jobs.length).toBe(1);
  });

  test("above 1 let others overtake a transaction that waits", async () => {
    const cycle = await world.cycle(normal, { parallelLimit: 2 });
    await cycle.accept(1, 2);
    await db.pool.query(`UPDATE "Job" SET status = 'WAITING' WHERE seq = (SELECT min(seq) FROM "Job")`);
    expect((await claim(A)).jobs.length).toBe(1);
  });
});

describe("turns", () => {
  test("between accounts give a small one its slot beside any backlog", async () => {
    const big = await world.cycle(normal, {
      parallelLimit: 100,
      accountId: await world.account({ parallelLimit: 100 }),
    });
    const small = await world.cycle(normal);
    await big.accept(...bodies(500));
    await small.accept(1);
    const one = await claim(A, { freeSlots: 3, freeNormalSlots: 3 });
    expect(one.jobs.map((job) => job.accountId === small.accountId).filter(Boolean)).toHaveLength(1);
    expect(one.jobs).toHaveLength(3);
  });

  test("go to the account that has least under way", async () => {
    const busy = await world.cycle(normal);
    const idle = await world.cycle(normal);
    await busy.accept(...bodies(9));
    await idle.accept(...bodies(9));
    const held = [{ cycleId: busy.cycleId, lane: 1 as const, waiting: 0, running: 2, ahead: 1 }];
    const one = await claim(A, { held, freeSlots: 3, freeNormalSlots: 3 });
    expect(one.jobs.filter((job) => job.cycleId === idle.cycleId)).toHaveLength(2);
  });

  test("walk on over more cycles than one claim looks at", async () => {
    const accountId = await world.account();
    const { cycleId, versionId } = await world.cycle(normal, { accountId });
    await db.pool.query(
      `WITH cycle AS (
        INSERT INTO "Cycle" (id, "accountId", name, state, draft, "updatedAt")
        SELECT gen_random_uuid(), $1, 'Cycle ' || n, 'STOPPED', '{}', now() FROM generate_series(1, 600) AS n RETURNING id
      ) INSERT INTO "Job" (seq, "transactionId", "accountId", "cycleId", lane, "runAt")
        SELECT nextval('acceptance_seq'), gen_random_uuid(), $1, id, 1, now() FROM cycle`.replace(
        "'STOPPED'",
        "'NEVER_STARTED'",
      ),
      [accountId],
    );
    await db.pool.query(
      `INSERT INTO "Job" (seq, "transactionId", "accountId", "cycleId", lane, "runAt")
       VALUES (nextval('acceptance_seq'), $3, $1, $2, 1, now())`,
      [accountId, cycleId, versionId],
    );
    let claimed = 0;
    let afterCycleIds = FIRST_CYCLE_IDS;
    for (let walk = 0; walk < 3; walk++) {
      const one = await claim(A, { afterCycleIds });
      claimed += one.jobs.length;
      afterCycleIds = one.nextCycleIds;
    }
    expect([claimed, afterCycleIds]).toEqual([1, FIRST_CYCLE_IDS]);
  });
});

describe("a worker that defers to another one", () => {
  const deferring = (cycle: TestCycle, more = {}) => ({
    held: [{ cycleId: cycle.cycleId, lane: 1 as const, waiting: 0, running: 0, ahead: 32, defers: true, ...more }],
  });
  const age = (ms: number) => db.pool.query(`UPDATE "Job" SET "runAt" = now() - $1 * interval '1 ms'`, [ms]);

  test("leaves jobs that have only just become ready, and takes those of other cycles", async () => {
    const [cycle, other] = [await world.cycle(normal), await world.cycle(normal)];
    await cycle.accept(...bodies(5));
    const [its] = await other.accept(1);
    // Not so soon that a slow machine could make them old.
    await age(-60_000);
    const one = await claim(A, deferring(cycle));
    expect(ids(one)).toEqual([its]);
    expect(one.leftForMs).toBeGreaterThan(400); // as the oldest is of the future
  });

  test("says how long it leaves them, by the oldest, and nothing when it leaves none", async () => {
    const [cycle, other] = [await world.cycle(normal), await world.cycle(normal)];
    await cycle.accept(...bodies(2));
    await db.pool.query(`UPDATE "Job" SET "runAt" = now() + (seq - (SELECT min(seq) FROM "Job") + 1) * interval '1 h'`);
    const { leftForMs } = await claim(A, deferring(cycle));
    expect(leftForMs).toBeLessThanOrEqual(3_600_400);
    await other.accept(1);
    await db.pool.query(`DELETE FROM "Job" WHERE "cycleId" = $1`, [cycle.cycleId]);
    expect((await claim(A, deferring(cycle))).leftForMs).toBeNull();
    expect((await claim(A)).leftForMs).toBeNull();
  });

  test("takes all that it may when the oldest was left lying", async () => {
    const cycle = await world.cycle(normal);
    const accepted = await cycle.accept(...bodies(5));
    await age(-60_000);
    await db.pool.query(`UPDATE "Job" SET "runAt" = now() - interval '1 s' WHERE seq = (SELECT min(seq) FROM "Job")`);
    expect(ids(await claim(A, deferring(cycle)))).toEqual(accepted);
  });

  test("keeps the slots for what it has claimed before", async () => {
    const cycle = await world.cycle(normal, { parallelLimit: 4 });
    await cycle.accept(...bodies(6));
    expect((await claim(A)).jobs).toHaveLength(2);
    await age(-60_000);
    const one = await claim(A, deferring(cycle, { waiting: 1, running: 1 }));
    expect([one.jobs, slots(one, cycle.cycleId)]).toEqual([[], 2]);
  });
});

describe("the synchronous lane", () => {
  test("goes first, and has slots that the other never takes", async () => {
    const backlog = await world.cycle(normal, {
      parallelLimit: 100,
      accountId: await world.account({ parallelLimit: 100 }),
    });
    await backlog.accept(...bodies(200));
    const cycle = await world.cycle(answering);
    await cycle.accept(1, 2);
    const one = await claim(A, { freeSlots: 12, freeNormalSlots: 4 });
    const lanes = one.jobs.map((job) => job.lane);
    expect([lanes.filter((lane) => lane === 0).length, lanes.filter((lane) => lane === 1).length]).toEqual([2, 4]);
  });

  test("does not wait behind a backlog of its own cycle, unless that is strict", async () => {
    for (const [parallelLimit, lane] of [
      [3, 0],
      [1, 1],
    ]) {
      await db.pool.query(`TRUNCATE "Job", "Grant"`);
      const cycle = await world.cycle(answering, { parallelLimit });
      await cycle.accept(...bodies(30));
      await db.pool.query(`UPDATE "Job" SET lane = 1 WHERE seq < (SELECT max(seq) FROM "Job")`);
      const one = await claim(A, { freeSlots: 1, freeNormalSlots: 1 });
      expect(one.jobs.map((job) => job.lane)).toEqual([lane]);
    }
  });
});
