import { beforeEach, describe, expect, test } from "vitest";
import type { ClaimedJob } from "@/lib/queue/claim";
import { KEPT_PER_STATEMENT } from "@/lib/queue/kept-requests";
import { rescueJobs } from "@/lib/queue/rescue";
import { settleWithArrivals } from "@/lib/queue/settle-arrivals";
import { A, B, entryOf, NOW, TestQueue } from "@/lib/queue/testing";
import { TestCaller, type TestCycle, testWorkers } from "./testing";
import { given, held, hold, request } from "./testing-mid-cycle";

/** More than two statements meet. */
const KEPT = 2 * KEPT_PER_STATEMENT + 10;
const CONNECTIONS = 30;

const { db, world, workers } = testWorkers({ maxConnections: CONNECTIONS });
const queue = new TestQueue(db);
let cycle: TestCycle;

beforeEach(async () => {
  cycle = await queue.begin();
});

/** Keeps as many requests for a value as the test needs; gives their receipts in the order in which they came. */
async function keep(of: TestCycle, id: string, count = KEPT): Promise<string[]> {
  // They wait for each other: all at once, the last would wait too long for a connection where the machine is busy.
  for (let first = 0; first < count; first += CONNECTIONS) {
    const numbers = Array.from({ length: Math.min(CONNECTIONS, count - first) }, (_, index) => first + index);
    const sent = numbers.map((status) => request(db, of, { id, status }, { keepSeconds: 3_600 }));
    expect(new Set((await Promise.all(sent)).map(({ kind }) => kind))).toEqual(new Set(["kept"]));
  }
  const where = { cycleId: of.cycleId, value: id };
  const rows = await db.prisma.keptRequest.findMany({ where, orderBy: { seq: "asc" } });
  return rows.map(({ receiptId }) => receiptId);
}

/** Settles a claimed transaction as held at the webhook with this value. */
const settleHeld = (workerId: string, job: ClaimedJob, value: string) => {
  const { accountId, cycleId } = cycle;
  const opened = [{ stepId: "hook", value, since: NOW, until: null }];
  const midCycle = { accountId, cycleId, taken: 0, known: 0, held: ["hook"], opened };
  return settleWithArrivals(db.pool, { workerId, entries: [entryOf(job, { kind: "held" }, { midCycle })] });
};

const continued = async (transactionId: string) => {
  const rows = await db.prisma.continuation.findMany({ where: { transactionId }, orderBy: { number: "asc" } });
  return { receiptIds: rows.map(({ receiptId }) => receiptId), numbers: rows.map(({ number }) => number) };
};

async function expectAllMet(transactionId: string, receiptIds: readonly string[]) {
  const numbers = receiptIds.map((_, index) => index + 1);
  expect(await continued(transactionId)).toEqual({ receiptIds, numbers });
  const where = { id: { in: [...receiptIds] }, outcome: "ACCEPTED" as const, transactionId };
  expect(await db.prisma.receipt.count({ where })).toBe(receiptIds.length);
  expect(await db.prisma.job.findFirst({ where: { transactionId } })).toMatchObject({
    ...{ status: "READY", continuations: receiptIds.length },
  });
}

describe("early requests of which there are more than one statement meets", () => {
  test("all continue their transaction, in their order, and others stay kept", async () => {
    const receiptIds = await keep(cycle, "A-10");
    await keep(cycle, "A-11", 3);
    const [transactionId] = await cycle.accept({ id: "A-10" });
    const [job] = await queue.claim(A);
    await settleHeld(A, job!, "A-10");
    await expectAllMet(transactionId!, receiptIds);
    expect(await db.prisma.keptRequest.count({ where: { cycleId: cycle.cycleId } })).toBe(3);
  });

  test("are all still there, each once, when their worker is gone after the first portion", async () => {
    const receiptIds = await keep(cycle, "A-10");
    const [transactionId] = await cycle.accept({ id: "A-10" });
    const [job] = await queue.claim(A);
    const inTheWay = await db.pool.connect();
    await inTheWay.query("BEGIN");
    await inTheWay.query(`SELECT FROM "Receipt" WHERE id = $1 FOR UPDATE`, [receiptIds[KEPT_PER_STATEMENT]]);
    const settling = settleHeld(A, job!, "A-10");
    const lost = expect(settling).rejects.toThrow();
    const [waiting] = await db.waiting(inTheWay);
    await inTheWay.query("SELECT pg_terminate_backend($1)", [waiting]);
    await lost;
    await inTheWay.query("ROLLBACK");
    inTheWay.release();
    expect(await continued(transactionId!)).toEqual({ receiptIds: [], numbers: [] });
    expect(await db.prisma.keptRequest.count({ where: { cycleId: cycle.cycleId } })).toBe(KEPT);

    await queue.kill(A);
    await rescueJobs(db.pool);
    const [again] = await queue.claim(B);
    await settleHeld(B, again!, "A-10");
    await expectAllMet(transactionId!, receiptIds);
  });
});

test("a request that comes after its transaction follows those that were kept", async () => {
  const own = await world.cycle(held());
  const kept = await keep(own, "A-10", 5);
  workers.start(new TestCaller());
  const [transactionId] = await own.accept({ id: "A-10" });
  await own.ended();
  expect(await request(db, own, { id: "A-10", status: "late" })).toMatchObject({ number: kept.length + 1 });
  await own.ended();
  const { steps } = await own.result(transactionId!);
  expect(steps.findLast(({ stepId }) => stepId === "noted")).toMatchObject({ output: { status: "late" } });
});

describe("early requests and a worker", () => {
  test("are kept, and continue the transaction in their order when it comes", async () => {
    const cycle = await world.cycle(held());
    workers.start();
    for (const status of [1, 2, 3]) {
      expect(await request(db, cycle, { id: "A-10", status }, { keepSeconds: 3_600 })).toEqual({ kind: "kept" });
    }
    const [id] = await cycle.accept({ id: "A-10" });
    await cycle.ended();
    expect((await given(cycle, id!)).map(([, output]) => output)).toEqual([
      { status: 1 },
      { status: 2 },
      { status: 3 },
    ]);
    const receipts = await db.prisma.receipt.findMany({ where: { cycleId: cycle.cycleId } });
    expect(receipts.map(({ outcome, transactionId }) => [outcome, transactionId])).toEqual(
      Array(3).fill(["ACCEPTED", id]),
    );
    expect(await db.prisma.keptRequest.count({ where: { cycleId: cycle.cycleId } })).toBe(0);
  });

  test("that came too early are not used", async () => {
    const cycle = await world.cycle(held());
    workers.start();
    await request(db, cycle, { id: "A-10" }, { keepSeconds: 3_600 });
    await db.prisma.keptRequest.updateMany({ data: { until: new Date(Date.now() - 1_000) } });
    await hold(cycle, "A-10");
  });

  test("and transactions that come at the same moment always meet", async () => {
    const cycle = await world.cycle(held(), { parallelLimit: 100 });
    workers.start();
    workers.start();
    const ids = Array.from({ length: 300 }, (_, index) => `R-${index}`);
    const transactions: string[] = [];
    const answers: Awaited<ReturnType<typeof request>>[] = [];
    // No more at once than there are connections: nobody waits too long for one where the machine is busy.
    for (let first = 0; first < ids.length; first += 10) {
      const some = ids.slice(first, first + 10);
      const accepting = Promise.all(some.map((id) => cycle.accept({ id })));
      const asking = Promise.all(some.map((id) => request(db, cycle, { id, status: id }, { keepSeconds: 3_600 })));
      transactions.push(...(await accepting).flat());
      answers.push(...(await asking));
    }
    await cycle.ended();
    const records = await db.prisma.checkpoint.findMany({ where: { transactionId: { in: transactions } } });
    const noted = records
      .flatMap(({ steps }) => steps as { stepId: string; output?: unknown }[])
      .filter((step) => step.stepId === "noted");
    expect(noted.map(({ output }) => (output as { status: string }).status).sort()).toEqual([...ids].sort());
    expect(new Set(answers.map(({ kind }) => kind))).not.toContain("no-match");
    expect(await db.prisma.keptRequest.count({ where: { cycleId: cycle.cycleId } })).toBe(0);
  });
});
