import { describe, expect, test } from "vitest";
import { StepError } from "@/lib/core/errors";
import { graphOf } from "@/lib/core/testing";
import { cancelTransaction } from "@/lib/queue/cancel";
import { addContinuation } from "@/lib/queue/continuation";
import { settleWithArrivals } from "@/lib/queue/settle-arrivals";
import { A, entryOf, NOW, TestQueue } from "@/lib/queue/testing";
import { TestCaller, type TestCycle, testWorkers } from "./testing";
import { call, delay, trigger } from "./testing-graphs";
import { hook, request } from "./testing-mid-cycle";

const { db, world, workers } = testWorkers();

const jobsOf = async ({ cycleId }: TestCycle) => db.prisma.job.count({ where: { cycleId } });

/** Accepts a request and waits until its transaction stands so. */
async function accepted(cycle: TestCycle, state: "HELD" | "WAITING"): Promise<string> {
  const [transactionId] = await cycle.accept({ id: "A-10" });
  await expect.poll(() => cycle.state(transactionId!)).toBe(state);
  return transactionId!;
}

describe("a transaction that holds at a mid-cycle webhook and waits for a time", () => {
  test.each([
    { what: "a delay", beside: delay(3_600) },
    { what: "a retry", beside: call("delay", { retries: 3, firstWaitSeconds: 3_600 }) },
  ])("is cancelled while it also waits for $what, and nothing of it is left", async ({ beside }) => {
    const graph = graphOf([trigger, hook({ timeoutSeconds: 3_600 }), beside], ["trigger -> hook", "trigger -> delay"]);
    const cycle = await world.cycle(graph);
    workers.start(
      new TestCaller(async () => {
        throw new StepError("request_failed", "example.com refuses connections.");
      }),
    );
    const transactionId = await accepted(cycle, "WAITING");
    expect(await db.prisma.reachedWebhook.count({ where: { transactionId, held: true } })).toBe(1);
    expect(await cancelTransaction(db.pool, { accountId: cycle.accountId, transactionId })).toBe("cancelled");
    expect(await cycle.result(transactionId)).toMatchObject({ state: "CANCELLED", endedAt: expect.any(Date) });
    expect(await jobsOf(cycle)).toBe(0);
    expect(await db.prisma.reachedWebhook.count({ where: { transactionId } })).toBe(0);
    expect(await request(db, cycle, { id: "A-10" })).toEqual({ kind: "no-match" });
  });

  test("takes the requests that still wait for its delay with it when it is cancelled", async () => {
    const graph = graphOf([trigger, hook(), delay(3_600)], ["trigger -> hook", "hook -> delay"]);
    const cycle = await world.cycle(graph);
    workers.start();
    const transactionId = await accepted(cycle, "HELD");
    await request(db, cycle, { id: "A-10" });
    await expect.poll(() => cycle.state(transactionId)).toBe("WAITING");
    await request(db, cycle, { id: "A-10" });
    await expect.poll(() => cycle.state(transactionId)).toBe("WAITING");
    const { accountId } = cycle;
    expect(await cancelTransaction(db.pool, { accountId, transactionId })).toBe("cancelled");
    const continuations = await db.prisma.continuation.findMany({
      where: { transactionId },
      orderBy: { number: "asc" },
    });
    expect(continuations.map(({ state }) => state)).toEqual(["TAKEN", "DISCARDED"]);
    expect(await jobsOf(cycle)).toBe(0);
  });

  test("takes a request with it that comes at the moment in which it is cancelled", async () => {
    const graph = graphOf(
      [trigger, hook(), { ...delay(3_600), id: "beside" }],
      ["trigger -> hook", "trigger -> beside"],
    );
    const cycle = await world.cycle(graph);
    const worker = workers.start();
    const transactionId = await accepted(cycle, "WAITING");
    // With the commit below there is a job to claim, and a worker might be quicker than who cancels.
    await worker.stop({ graceMs: 0 });
    const client = await db.pool.connect();
    await client.query("BEGIN");
    const added = { source: "HAND", value: null, receiptId: null, input: "{}", createdBy: null } as const;
    expect(await addContinuation(client, { ...added, transactionId, stepId: "hook" })).toBe(1);
    const cancelled = cancelTransaction(db.pool, { accountId: cycle.accountId, transactionId });
    await db.waiting(client);
    await client.query("COMMIT");
    client.release();
    expect(await cancelled).toBe("cancelled");
    const [continuation] = await db.prisma.continuation.findMany({ where: { transactionId } });
    expect(continuation).toMatchObject({ state: "DISCARDED" });
    expect(await cycle.state(transactionId)).toBe("CANCELLED");
    expect(await jobsOf(cycle)).toBe(0);
  });
});

describe("a transaction whose end is asked for in the moment in which its turn ends", () => {
  test.each([
    ["cancelled", "A-10"],
    ["held", "A-10"],
    ["held", null],
  ] as const)("is cancelled for good when its worker settles it as %s with the value %j", async (kind, value) => {
    const queue = new TestQueue(db);
    const cycle = await queue.begin();
    const { accountId, cycleId } = cycle;
    await request(db, cycle, { id: "A-10" }, { keepSeconds: 60 });
    const [transactionId] = await cycle.accept({ id: "A-10" });
    const [job] = await queue.claim(A);
    expect(await cancelTransaction(db.pool, { accountId, transactionId: transactionId! })).toBe("asked");
    const opened = [{ stepId: "hook", value, since: NOW, until: null }];
    const midCycle = { accountId, cycleId, taken: 0, known: 0, held: ["hook"], opened };
    await settleWithArrivals(db.pool, { workerId: A, entries: [entryOf(job!, { kind }, { midCycle })] });
    expect(await cycle.result(transactionId!)).toMatchObject({ state: "CANCELLED", endedAt: expect.any(Date) });
    expect(await db.prisma.reachedWebhook.count({ where: { cycleId } })).toBe(0);
    expect(await db.prisma.keptRequest.count({ where: { cycleId } })).toBe(1);
    expect(await jobsOf(cycle)).toBe(0);
  });

  test.each([
    ["a delay", graphOf([trigger, delay(3_600)], ["trigger -> delay"])],
    ["a request", graphOf([trigger, hook()], ["trigger -> hook"])],
  ])("is cancelled before it waits for %s, also when the database is away then", async (_, graph) => {
    const cycle = await world.cycle(graph);
    const [transactionId] = await cycle.accept({ id: "A-10" });
    const asking = await db.pool.connect();
    await asking.query("BEGIN");
    await asking.query(`UPDATE "Transaction" SET "cancelAsked" = true WHERE id = $1`, [transactionId]);
    let refused = 0;
    const connect = async () => {
      if (refused-- > 0) throw new Error("The database is away.");
      return db.pool.connect();
    };
    const query = db.pool.query.bind(db.pool);
    workers.start(new TestCaller(), { pool: Object.assign(Object.create(db.pool), { connect, query }) });
    await db.waiting(asking);
    refused = 5;
    await asking.query("COMMIT");
    asking.release();
    await expect.poll(() => cycle.state(transactionId!)).toBe("CANCELLED");
    expect(await jobsOf(cycle)).toBe(0);
    expect(await db.prisma.reachedWebhook.count({ where: { cycleId: cycle.cycleId } })).toBe(0);
  });
});
