import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Halt } from "@/lib/core/decide";
import { type Listener, listen } from "@/lib/db/listen";
import { type TestDatabase, testDatabase } from "@/lib/db/testing";
import type { TestCycle } from "@/worker/testing";
import { cancelTransaction, readCancelAsked } from "./cancel";
import { channels } from "./channels";
import { type ClaimedJob, claimJobs } from "./claim";
import { discardExpired } from "./discard";
import { repliesOf } from "./notify";
import { promoteJobs } from "./promote";
import { rescueJobs } from "./rescue";
import { stopFinishedCycles } from "./stop-finished";
import { A, B, claimOf, entryOf, NOW, TestQueue } from "./testing";

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

describe("settling", () => {
  test("writes many ends with one statement", async () => {
    const ids = await cycle.accept(1, 2);
    const [first, second] = await queue.claim();
    const steps = JSON.stringify([{ stepId: "trigger", note: 'ü "quoted" \\u0000 \u2028' }]);
    const settled = await queue.settle(
      A,
      entryOf(
        first!,
        { kind: "completed" },
        { checkpoint: { number: 1, steps, waits: "[]" }, response: '{"status":200}' },
      ),
      entryOf(second!, { kind: "failed", error: "It\u0000 broke {}\"'\\", stepId: "trigger" }),
    );
    expect(settled).toEqual(
      [
        { owned: true, cancelAsked: false },
        { owned: true, cancelAsked: false },
      ].map((row) => expect.objectContaining(row)),
    );
    expect(await cycle.result(ids[0]!)).toMatchObject({
      state: "COMPLETED",
      startedAt: new Date(NOW),
      endedAt: new Date(NOW + 5),
      response: { status: 200 },
      steps: [{ stepId: "trigger", note: 'ü "quoted" \\u0000 \u2028' }],
    });
    expect(await cycle.result(ids[1]!)).toMatchObject({
      state: "FAILED",
      error: "It broke {}\"'\\",
      errorStepId: "trigger",
      checkpoints: [],
    });
    expect(await queue.jobs()).toEqual([]);
  });

  test("lets a job wait until its time, and keeps its place", async () => {
    const [id] = await cycle.accept(1);
    const [job] = await queue.claim();
    await queue.settle(
      A,
      entryOf(
        job!,
        { kind: "waiting", until: Date.now() + 3_600_000 },
        { checkpoint: { number: 1, steps: "[]", waits: "[1]" } },
      ),
    );
    expect(await queue.jobs()).toEqual([{ seq: job!.seq, status: "WAITING", lockedBy: null, rescues: 0 }]);
    expect(await cycle.result(id!)).toMatchObject({ state: "WAITING", endedAt: null, checkpoints: [{ waits: [1] }] });
    const { promoted, nextInMs } = await promoteJobs(db.pool);
    expect([promoted, nextInMs! > 3_000_000 && nextInMs! <= 3_600_000]).toEqual([0, true]);
    await db.pool.query(`UPDATE "Job" SET "runAt" = now() - interval '1 second'`);
    expect(await promoteJobs(db.pool)).toEqual(expect.objectContaining({ promoted: 1, nextInMs: null }));
    expect(await queue.claim(B)).toMatchObject([{ seq: job!.seq, claim: 2 }]);
  });

  test("stores what was done while the job stays", async () => {
    const [id] = await cycle.accept(1);
    const [job] = await queue.claim();
    await cancelTransaction(db.pool, { accountId: cycle.accountId, transactionId: id! });
    const [settled] = await queue.settle(
      A,
      entryOf(job!, { kind: "checkpoint" }, { checkpoint: { number: 1, steps: "[1]", waits: "[]" } }),
    );
    expect(settled).toMatchObject({ owned: true, cancelAsked: true });
    expect(await cycle.result(id!)).toMatchObject({ state: "RUNNING", steps: [1] });
    expect(await queue.jobs()).toMatchObject([{ status: "CLAIMED", lockedBy: A }]);
  });

  test.each<Halt>([
    { kind: "completed" },
    { kind: "waiting", until: NOW },
    { kind: "given-back" },
    { kind: "checkpoint" },
  ])("by a worker that another has replaced changes nothing (%j)", async (halt) => {
    const [id] = await cycle.accept(1);
    const [frozen] = await queue.claim(A);
    await queue.kill(A);
    await rescueJobs(db.pool);
    const [taken] = await queue.claim(B);
    expect(taken).toMatchObject({ seq: frozen!.seq, claim: 2 });
    const late = entryOf(frozen!, halt, { checkpoint: { number: 1, steps: "[1]", waits: "[]" } });
    expect(await queue.settle(A, late)).toEqual([{ owned: false, cancelAsked: false }]);
    expect(await queue.settle(B, { ...late })).toEqual([{ owned: false, cancelAsked: false }]);
    expect(await cycle.result(id!)).toMatchObject({ state: "QUEUED", checkpoints: [] });
    expect(await queue.jobs()).toMatchObject([{ status: "CLAIMED", lockedBy: B, rescues: 1 }]);
  });

  describe("tells the doors", () => {
    let listener: Listener;
    let told: string[];
    const heard = () => told.map(repliesOf);
    beforeEach(async () => {
      told = [];
      listener = await listen(
        [channels.replies],
        (_, payload) => told.push(payload),
        () => {},
        { url: db.url, answerMs: 60_000 },
      );
    });
    afterEach(() => listener.close());

    test("of the answers that somebody waits for", async () => {
      const ids = await cycle.accept(...Array.from({ length: 450 }, (_, index) => index));
      let claimed = await queue.claim();
      while (claimed.length < 450) {
        const more = { cycleId: cycle.cycleId, lane: 1 as const, waiting: claimed.length, running: 0, ahead: 10 };
        claimed = [...claimed, ...(await claimJobs(db.pool, claimOf({ held: [more] }))).jobs];
      }
      const tellsDoors = ({ transactionId }: ClaimedJob) => transactionId !== ids[0];
      await queue.settle(
        A,
        ...claimed.map((job) => entryOf(job, { kind: "completed" }, { tellDoors: tellsDoors(job) })),
      );
      const transactionIds = () => heard().flatMap(({ replies }) => replies.map((reply) => reply.transactionId));
      await expect.poll(() => transactionIds().length).toBe(449);
      expect(new Set(transactionIds())).toEqual(new Set(ids.slice(1)));
    });

    test("the answers themselves, and of long ones only that they are there", async () => {
      await cycle.accept(1, 2);
      const [short, long] = await queue.claim();
      const response = (body: string) => ({ status: 201, headers: [["X-Part", 'a "quoted" ü']], body });
      const answer = (job: ClaimedJob, body: string) =>
        entryOf(job, { kind: "completed" }, { tellDoors: true, response: JSON.stringify(response(body)) });
      await queue.settle(A, answer(short!, "ready"), answer(long!, "x".repeat(5_000)));
      await expect.poll(() => heard().flatMap(({ ids }) => ids)).toEqual([long!.transactionId]);
      expect(heard().flatMap(({ replies }) => replies)).toEqual([
        { transactionId: short!.transactionId, state: "COMPLETED", response: response("ready") },
      ]);
    });
  });
});

describe("cancelling", () => {
  const cancel = (transactionId: string, accountId = cycle.accountId) =>
    cancelTransaction(db.pool, { accountId, transactionId });

  test.each(["READY", "WAITING"])("ends a transaction at once whose job is %s", async (status) => {
    const [id] = await cycle.accept(1);
    await db.pool.query(`UPDATE "Job" SET status = $1::"JobStatus"`, [status]);
    expect([await cancel(id!), await cancel(id!)]).toEqual(["cancelled", "ended"]);
    expect(await cycle.result(id!)).toMatchObject({ state: "CANCELLED", endedAt: expect.any(Date) });
    expect(await queue.jobs()).toEqual([]);
  });

  test("asks the worker that has it in hand", async () => {
    const [id] = await cycle.accept(1);
    await queue.claim(A);
    expect(await readCancelAsked(db.pool, [id!])).toEqual([]);
    expect(await cancel(id!)).toBe("asked");
    expect(await readCancelAsked(db.pool, [id!])).toEqual([id]);
    expect(await cycle.result(id!)).toMatchObject({ state: "QUEUED", cancelAsked: true });
  });

  test("finds nothing in another account", async () => {
    const [id] = await cycle.accept(1);
    expect(await cancel(id!, await queue.world.account())).toBe("not-found");
    expect(await queue.jobs()).toMatchObject([{ status: "READY" }]);
  });
});

describe("cycles", () => {
  const stoppedAgo = (interval: string) =>
    db.pool.query(`UPDATE "Cycle" SET state = 'STOPPED', "stoppedAt" = now() - $2::interval WHERE id = $1`, [
      cycle.cycleId,
      interval,
    ]);

  test("that have been stopped for 24 h lose what they had queued", async () => {
    const ids = await cycle.accept(...Array.from({ length: 2_500 }, (_, index) => index));
    await db.pool.query(`UPDATE "Job" SET status = 'WAITING' WHERE seq = (SELECT min(seq) FROM "Job")`);
    await stoppedAgo("23:55");
    expect(await discardExpired(db.pool)).toBe(0);
    await stoppedAgo("24:00:01");
    expect(await discardExpired(db.pool)).toBe(2_500);
    expect(await queue.jobs()).toEqual([]);
    expect(await cycle.result(ids[7]!)).toMatchObject({ state: "DISCARDED", endedAt: expect.any(Date) });
  });

  test("that finish stop when their last job has ended", async () => {
    await cycle.accept(1, 2);
    const [first, second] = await queue.claim(A);
    await db.pool.query(`UPDATE "Cycle" SET state = 'FINISHING', "finishSeq" = $2 WHERE id = $1`, [
      cycle.cycleId,
      first!.seq,
    ]);
    expect(await stopFinishedCycles(db.pool)).toEqual([]);
    await queue.settle(A, entryOf(first!, { kind: "completed" }));
    expect(await stopFinishedCycles(db.pool)).toEqual([cycle.cycleId]);
    const row = await db.prisma.cycle.findUniqueOrThrow({ where: { id: cycle.cycleId } });
    expect(row).toMatchObject({ state: "STOPPED", finishSeq: null, stoppedAt: expect.any(Date) });
    expect(await queue.jobs()).toMatchObject([{ seq: second!.seq }]);
  });
});
