import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type TestDatabase, testDatabase } from "@/lib/db/testing";
import type { TestCycle } from "@/worker/testing";
import { beat, registerWorker, unregisterWorker } from "./heartbeat";
import { releaseJobs } from "./release";
import { rescueJobs } from "./rescue";
import { A, B, entryOf, NOW, TestQueue } from "./testing";
import { beginTrial, isOnTrial } from "./trial";

let db: TestDatabase;
let queue: TestQueue;
let cycle: TestCycle;

beforeAll(async () => {
  db = await testDatabase();
  queue = new TestQueue(db);
});
beforeEach(async () => {
  cycle = await queue.begin();
});
afterAll(() => db.close());

describe("workers", () => {
  test("that are gone have their jobs and grants taken back, live ones keep theirs", async () => {
    await cycle.accept(1, 2);
    await db.pool.query(`UPDATE "Cycle" SET "parallelLimit" = 2 WHERE id = $1`, [cycle.cycleId]);
    const [lost] = await queue.claim(A);
    const [kept] = await queue.claim(B);
    await queue.kill(A);
    expect([await rescueJobs(db.pool), await rescueJobs(db.pool)]).toEqual([
      { rescued: 1, givenUp: [] },
      { rescued: 0, givenUp: [] },
    ]);
    expect(await queue.jobs()).toEqual([
      { seq: lost!.seq, status: "READY", lockedBy: null, rescues: 1 },
      { seq: kept!.seq, status: "CLAIMED", lockedBy: B, rescues: 0 },
    ]);
    expect((await db.pool.query(`SELECT "workerId" FROM "Grant"`)).rows).toEqual([{ workerId: B }]);
    expect((await db.pool.query(`SELECT id FROM "Worker"`)).rows).toEqual([{ id: B }]);
  });

  test("that die again and again with the same job have it given up the third time, when it ran alone", async () => {
    const [id, other] = await cycle.accept(1, 2);
    const results = [];
    for (let death = 1; death <= 3; death++) {
      const trials = (await queue.claim(A)).filter((job) => job.transactionId === id && isOnTrial(job));
      const begun = await Promise.all(trials.map((job) => beginTrial(db.pool, { workerId: A, job })));
      expect(begun).toEqual(trials.map(() => true));
      await queue.kill(A);
      results.push(await rescueJobs(db.pool));
      await registerWorker(db.pool, { workerId: A, host: "test", pid: 1 });
    }
    expect(results).toEqual([
      { rescued: 2, givenUp: [] },
      { rescued: 2, givenUp: [] },
      { rescued: 1, givenUp: [id] },
    ]);
    expect(await db.prisma.transaction.findUniqueOrThrow({ where: { id } })).toMatchObject({
      state: "FAILED",
      error: expect.stringContaining("ended three times"),
      endedAt: expect.any(Date),
    });
    expect(await queue.claim(A)).toMatchObject([{ transactionId: other, rescues: 2 }]);
  });

  test("that die are counted anew for a job that has waited in between", async () => {
    await cycle.accept(1);
    for (let death = 1; death <= 2; death++) {
      await queue.claim(A);
      await queue.kill(A);
      await rescueJobs(db.pool);
      await registerWorker(db.pool, { workerId: A, host: "test", pid: 1 });
    }
    const [job] = await queue.claim(A);
    await beginTrial(db.pool, { workerId: A, job: job! });
    await queue.settle(A, entryOf(job!, { kind: "waiting", until: NOW }));
    expect(await queue.jobs()).toMatchObject([{ status: "WAITING", rescues: 0 }]);
  });

  test("that give a job back in its trial leave it on trial", async () => {
    await cycle.accept(1);
    const [job] = await queue.claim(A);
    await db.pool.query(`UPDATE "Job" SET rescues = 2`);
    await beginTrial(db.pool, { workerId: A, job: job! });
    await queue.settle(A, entryOf(job!, { kind: "given-back" }));
    expect(await queue.jobs()).toMatchObject([{ status: "READY", rescues: 2 }]);
  });

  test("can't begin the trial of a job that is another's by now", async () => {
    await cycle.accept(1);
    const [job] = await queue.claim(A);
    await queue.kill(A);
    await rescueJobs(db.pool);
    await queue.claim(B);
    expect(await beginTrial(db.pool, { workerId: A, job: job! })).toBe(false);
  });

  test("can't extend a lease that has passed", async () => {
    expect(await beat(db.pool, A)).toBe(true);
    await queue.kill(A);
    expect([await beat(db.pool, A), await beat(db.pool, B)]).toEqual([false, true]);
  });

  test("that sign off give back all they hold", async () => {
    await cycle.accept(1);
    await queue.claim(A);
    await unregisterWorker(db.pool, A);
    expect(await queue.jobs()).toMatchObject([{ status: "READY", rescues: 0 }]);
    expect((await db.pool.query(`SELECT id FROM "Worker" UNION SELECT "workerId" FROM "Grant"`)).rows).toEqual([
      { id: B },
    ]);
  });

  test("give single jobs back, but not another's", async () => {
    await cycle.accept(1);
    const [job] = await queue.claim(A);
    await releaseJobs(db.pool, { workerId: B, jobs: [job!] });
    await releaseJobs(db.pool, { workerId: A, jobs: [{ ...job!, claim: 9 }] });
    expect(await queue.jobs()).toMatchObject([{ status: "CLAIMED" }]);
    await releaseJobs(db.pool, { workerId: A, jobs: [job!] });
    expect(await queue.jobs()).toMatchObject([{ status: "READY" }]);
  });
});
