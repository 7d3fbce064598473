import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { decide, type Halt } from "@/lib/core/decide";
import { graphOf } from "@/lib/core/testing";
import { type Listener, listen } from "@/lib/db/listen";
import { type TestDatabase, testDatabase } from "@/lib/db/testing";
import { type TestCycle, TestWorld } from "@/worker/testing";
import { cancelTransaction, readCancelAsked } from "./cancel";
import { channels } from "./channels";
import { type ClaimedJob, claimJobs, FIRST_CYCLE_IDS } from "./claim";
import { discardExpired } from "./discard";
import { beat, registerWorker, unregisterWorker } from "./heartbeat";
import { loadTransactions } from "./load";
import { repliesOf } from "./notify";
import { promoteJobs } from "./promote";
import { releaseJobs } from "./release";
import { rescueJobs } from "./rescue";
import { type SettleEntry, settleTransactions } from "./settle";
import { stopFinishedCycles } from "./stop-finished";
import { beginTrial, isOnTrial } from "./trial";

const A = "00000000-0000-7000-8000-00000000000a";
const B = "00000000-0000-7000-8000-00000000000b";
const NOW = Date.parse("2026-03-01T12:00:00Z");

let db: TestDatabase;
let world: TestWorld;
let cycle: TestCycle;

beforeAll(async () => {
  db = await testDatabase();
  world = new TestWorld(db);
});
beforeEach(async () => {
  await db.pool.query(`TRUNCATE "Job", "Grant", "Worker"`);
  for (const workerId of [A, B]) await registerWorker(db.pool, { workerId, host: "test", pid: 1 });
  cycle = await world.cycle(graphOf([{ id: "trigger", type: "webhook" }], []), {
    parallelLimit: 100,
    accountId: await world.account({ parallelLimit: 100 }),
  });
});
afterAll(() => db.close());

async function claim(workerId = A): Promise<ClaimedJob[]> {
  const input = { workerId, held: [], freeSlots: 50, freeNormalSlots: 50, afterCycleIds: FIRST_CYCLE_IDS };
  return (await claimJobs(db.pool, input)).jobs;
}

const entry = (job: ClaimedJob, halt: Halt, more: Partial<SettleEntry> = {}): SettleEntry => ({
  ...decide(halt),
  seq: job.seq,
  claim: job.claim,
  transactionId: job.transactionId,
  startedAt: NOW,
  endedAt: decide(halt).ended ? NOW + 5 : null,
  response: null,
  checkpoint: null,
  tellDoors: false,
  ...more,
});

const settle = (workerId: string, ...entries: SettleEntry[]) => settleTransactions(db.pool, { workerId, entries });
const jobs = async () =>
  (await db.pool.query(`SELECT seq::int, status, "lockedBy", rescues FROM "Job" ORDER BY seq`)).rows;
const kill = (workerId: string) =>
  db.pool.query(`UPDATE "Worker" SET "aliveUntil" = now() - interval '1 second' WHERE id = $1`, [workerId]);

describe("settling", () => {
  test("writes many ends with one statement", async () => {
    const ids = await cycle.accept(1, 2);
    const [first, second] = await claim();
    const steps = JSON.stringify([{ stepId: "trigger", note: 'ü "quoted" \\u0000 \u2028' }]);
    const settled = await settle(
      A,
      entry(
        first!,
        { kind: "completed" },
        { checkpoint: { number: 1, steps, waits: "[]" }, response: '{"status":200}' },
      ),
      entry(second!, { kind: "failed", error: "It\u0000 broke {}\"'\\", stepId: "trigger" }),
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
    expect(await jobs()).toEqual([]);
  });

  test("lets a job wait until its time, and keeps its place", async () => {
    const [id] = await cycle.accept(1);
    const [job] = await claim();
    await settle(
      A,
      entry(
        job!,
        { kind: "waiting", until: Date.now() + 60_000 },
        { checkpoint: { number: 1, steps: "[]", waits: "[1]" } },
      ),
    );
    expect(await jobs()).toEqual([{ seq: job!.seq, status: "WAITING", lockedBy: null, rescues: 0 }]);
    expect(await cycle.result(id!)).toMatchObject({ state: "WAITING", endedAt: null, checkpoints: [{ waits: [1] }] });
    const { promoted, nextInMs } = await promoteJobs(db.pool);
    expect([promoted, nextInMs! > 50_000 && nextInMs! <= 60_000]).toEqual([0, true]);
    await db.pool.query(`UPDATE "Job" SET "runAt" = now() - interval '1 second'`);
    expect(await promoteJobs(db.pool)).toEqual(expect.objectContaining({ promoted: 1, nextInMs: null }));
    expect(await claim(B)).toMatchObject([{ seq: job!.seq, claim: 2 }]);
  });

  test("stores what was done while the job stays", async () => {
    const [id] = await cycle.accept(1);
    const [job] = await claim();
    await cancelTransaction(db.pool, { accountId: cycle.accountId, transactionId: id! });
    const [settled] = await settle(
      A,
      entry(job!, { kind: "checkpoint" }, { checkpoint: { number: 1, steps: "[1]", waits: "[]" } }),
    );
    expect(settled).toMatchObject({ owned: true, cancelAsked: true });
    expect(await cycle.result(id!)).toMatchObject({ state: "RUNNING", steps: [1] });
    expect(await jobs()).toMatchObject([{ status: "CLAIMED", lockedBy: A }]);
  });

  test.each<Halt>([
    { kind: "completed" },
    { kind: "waiting", until: NOW },
    { kind: "given-back" },
    { kind: "checkpoint" },
  ])("by a worker that another has replaced changes nothing (%j)", async (halt) => {
    const [id] = await cycle.accept(1);
    const [frozen] = await claim(A);
    await kill(A);
    await rescueJobs(db.pool);
    const [taken] = await claim(B);
    expect(taken).toMatchObject({ seq: frozen!.seq, claim: 2 });
    const late = entry(frozen!, halt, { checkpoint: { number: 1, steps: "[1]", waits: "[]" } });
    expect(await settle(A, late)).toEqual([{ owned: false, cancelAsked: false }]);
    expect(await settle(B, { ...late })).toEqual([{ owned: false, cancelAsked: false }]);
    expect(await cycle.result(id!)).toMatchObject({ state: "QUEUED", checkpoints: [] });
    expect(await jobs()).toMatchObject([{ status: "CLAIMED", lockedBy: B, rescues: 1 }]);
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
        { url: db.url },
      );
    });
    afterEach(() => listener.close());

    test("of the answers that somebody waits for", async () => {
      const ids = await cycle.accept(...Array.from({ length: 450 }, (_, index) => index));
      let claimed = await claim();
      while (claimed.length < 450) {
        const more = { cycleId: cycle.cycleId, lane: 1 as const, waiting: claimed.length, running: 0, ahead: 10 };
        const input = { workerId: A, held: [more], freeSlots: 50, freeNormalSlots: 50, afterCycleIds: FIRST_CYCLE_IDS };
        claimed = [...claimed, ...(await claimJobs(db.pool, input)).jobs];
      }
      const tellsDoors = ({ transactionId }: ClaimedJob) => transactionId !== ids[0];
      await settle(A, ...claimed.map((job) => entry(job, { kind: "completed" }, { tellDoors: tellsDoors(job) })));
      const transactionIds = () => heard().flatMap(({ replies }) => replies.map((reply) => reply.transactionId));
      await expect.poll(() => transactionIds().length).toBe(449);
      expect(new Set(transactionIds())).toEqual(new Set(ids.slice(1)));
    });

    test("the answers themselves, and of long ones only that they are there", async () => {
      await cycle.accept(1, 2);
      const [short, long] = await claim();
      const response = (body: string) => ({ status: 201, headers: [["X-Part", 'a "quoted" ü']], body });
      const answer = (job: ClaimedJob, body: string) =>
        entry(job, { kind: "completed" }, { tellDoors: true, response: JSON.stringify(response(body)) });
      await settle(A, answer(short!, "ready"), answer(long!, "x".repeat(5_000)));
      await expect.poll(() => heard().flatMap(({ ids }) => ids)).toEqual([long!.transactionId]);
      expect(heard().flatMap(({ replies }) => replies)).toEqual([
        { transactionId: short!.transactionId, state: "COMPLETED", response: response("ready") },
      ]);
    });
  });
});

describe("loading", () => {
  test("gives transactions in order, with their data and checkpoints", async () => {
    const ids = await cycle.accept({ n: 1 }, { n: 2 });
    const [first] = await claim();
    const waits = '[{"stepId":"w"}]';
    await settle(A, entry(first!, { kind: "checkpoint" }, { checkpoint: { number: 1, steps: "[1]", waits: "[]" } }));
    await settle(A, entry(first!, { kind: "checkpoint" }, { checkpoint: { number: 2, steps: "[2]", waits } }));
    const wanted = { transactionIds: [ids[1]!, "00000000-0000-0000-0000-000000000000", ids[0]!], maxBytes: 1_000 };
    const loaded = await loadTransactions(db.pool, wanted);
    expect(loaded).toMatchObject([
      {
        id: ids[1],
        input: '{"body":{"n":2},"query":{},"headers":{}}',
        startedAt: null,
        steps: [],
        waits: null,
        request: null,
      },
      { id: ids[0], startedAt: NOW, steps: ["[1]", "[2]"], waits },
    ]);
  });

  test("stops before it would take too much memory, but always gives one", async () => {
    const ids = await cycle.accept(1, 2, 3);
    for (const id of ids) {
      await db.pool.query(
        `WITH receipt AS (
          INSERT INTO "Receipt" (id, identifier, "receivedAt", method, query, headers, "clientIp", "sizeBytes", body, outcome)
          VALUES (gen_random_uuid(), 'x', now(), 'POST', 'a=1', '[["a","b"]]', '::1', 600, $2, 'ACCEPTED') RETURNING id
        ) UPDATE "Transaction" SET "receiptId" = receipt.id, input = NULL FROM receipt WHERE "Transaction".id = $1`,
        [id, Buffer.alloc(600, "x")],
      );
    }
    const load = (maxBytes: number) => loadTransactions(db.pool, { transactionIds: ids, maxBytes });
    expect([(await load(10)).length, (await load(1_300)).length, (await load(9_000)).length]).toEqual([1, 2, 3]);
    expect((await load(10))[0]?.request).toEqual({
      contentType: null,
      query: "a=1",
      headers: [["a", "b"]],
      body: Buffer.alloc(600, "x"),
    });
  });
});

describe("workers", () => {
  test("that are gone have their jobs and grants taken back, live ones keep theirs", async () => {
    await cycle.accept(1, 2);
    await db.pool.query(`UPDATE "Cycle" SET "parallelLimit" = 2 WHERE id = $1`, [cycle.cycleId]);
    const [lost] = await claim(A);
    const [kept] = await claim(B);
    await kill(A);
    expect([await rescueJobs(db.pool), await rescueJobs(db.pool)]).toEqual([
      { rescued: 1, givenUp: [] },
      { rescued: 0, givenUp: [] },
    ]);
    expect(await jobs()).toEqual([
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
      const trials = (await claim(A)).filter((job) => job.transactionId === id && isOnTrial(job));
      const begun = await Promise.all(trials.map((job) => beginTrial(db.pool, { workerId: A, job })));
      expect(begun).toEqual(trials.map(() => true));
      await kill(A);
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
    expect(await claim(A)).toMatchObject([{ transactionId: other, rescues: 2 }]);
  });

  test("that die are counted anew for a job that has waited in between", async () => {
    await cycle.accept(1);
    for (let death = 1; death <= 2; death++) {
      await claim(A);
      await kill(A);
      await rescueJobs(db.pool);
      await registerWorker(db.pool, { workerId: A, host: "test", pid: 1 });
    }
    const [job] = await claim(A);
    await beginTrial(db.pool, { workerId: A, job: job! });
    await settle(A, entry(job!, { kind: "waiting", until: NOW }));
    expect(await jobs()).toMatchObject([{ status: "WAITING", rescues: 0 }]);
  });

  test("that give a job back in its trial leave it on trial", async () => {
    await cycle.accept(1);
    const [job] = await claim(A);
    await db.pool.query(`UPDATE "Job" SET rescues = 2`);
    await beginTrial(db.pool, { workerId: A, job: job! });
    await settle(A, entry(job!, { kind: "given-back" }));
    expect(await jobs()).toMatchObject([{ status: "READY", rescues: 2 }]);
  });

  test("can't begin the trial of a job that is another's by now", async () => {
    await cycle.accept(1);
    const [job] = await claim(A);
    await kill(A);
    await rescueJobs(db.pool);
    await claim(B);
    expect(await beginTrial(db.pool, { workerId: A, job: job! })).toBe(false);
  });

  test("can't extend a lease that has passed", async () => {
    expect(await beat(db.pool, A)).toBe(true);
    await kill(A);
    expect([await beat(db.pool, A), await beat(db.pool, B)]).toEqual([false, true]);
  });

  test("that sign off give back all they hold", async () => {
    await cycle.accept(1);
    await claim(A);
    await unregisterWorker(db.pool, A);
    expect(await jobs()).toMatchObject([{ status: "READY", rescues: 0 }]);
    expect((await db.pool.query(`SELECT id FROM "Worker" UNION SELECT "workerId" FROM "Grant"`)).rows).toEqual([
      { id: B },
    ]);
  });

  test("give single jobs back, but not another's", async () => {
    await cycle.accept(1);
    const [job] = await claim(A);
    await releaseJobs(db.pool, { workerId: B, jobs: [job!] });
    await releaseJobs(db.pool, { workerId: A, jobs: [{ ...job!, claim: 9 }] });
    expect(await jobs()).toMatchObject([{ status: "CLAIMED" }]);
    await releaseJobs(db.pool, { workerId: A, jobs: [job!] });
    expect(await jobs()).toMatchObject([{ status: "READY" }]);
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
    expect(await jobs()).toEqual([]);
  });

  test("asks the worker that has it in hand", async () => {
    const [id] = await cycle.accept(1);
    await claim(A);
    expect(await readCancelAsked(db.pool, [id!])).toEqual([]);
    expect(await cancel(id!)).toBe("asked");
    expect(await readCancelAsked(db.pool, [id!])).toEqual([id]);
    expect(await cycle.result(id!)).toMatchObject({ state: "QUEUED", cancelAsked: true });
  });

  test("finds nothing in another account", async () => {
    const [id] = await cycle.accept(1);
    expect(await cancel(id!, await world.account())).toBe("not-found");
    expect(await jobs()).toMatchObject([{ status: "READY" }]);
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
    await stoppedAgo("23:59:59");
    expect(await discardExpired(db.pool)).toBe(0);
    await stoppedAgo("24:00:01");
    expect(await discardExpired(db.pool)).toBe(2_500);
    expect(await jobs()).toEqual([]);
    expect(await cycle.result(ids[7]!)).toMatchObject({ state: "DISCARDED", endedAt: expect.any(Date) });
  });

  test("that finish stop when their last job has ended", async () => {
    await cycle.accept(1, 2);
    const [first, second] = await claim(A);
    await db.pool.query(`UPDATE "Cycle" SET state = 'FINISHING', "finishSeq" = $2 WHERE id = $1`, [
      cycle.cycleId,
      first!.seq,
    ]);
    expect(await stopFinishedCycles(db.pool)).toEqual([]);
    await settle(A, entry(first!, { kind: "completed" }));
    expect(await stopFinishedCycles(db.pool)).toEqual([cycle.cycleId]);
    const row = await db.prisma.cycle.findUniqueOrThrow({ where: { id: cycle.cycleId } });
    expect(row).toMatchObject({ state: "STOPPED", finishSeq: null, stoppedAt: expect.any(Date) });
    expect(await jobs()).toMatchObject([{ seq: second!.seq }]);
  });
});
