import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { firstUuid7At } from "@/lib/core/uuid7-range";
import { uuid7 } from "@/lib/db/ids";
import { type TestDatabase, testDatabase } from "@/lib/db/testing";
import { lockValues } from "@/lib/queue/continuation";
import { continueByRequest, continueTogether, type MidCycleRequest } from "@/lib/queue/continue";
import { MOST_KEPT } from "@/lib/queue/kept-requests";
import { type TestCycle, TestWorld } from "./testing";
import { held, receiptOf } from "./testing-mid-cycle";

const DAY_MS = 86_400_000;

let db: TestDatabase;
let world: TestWorld;
let cycle: TestCycle;

beforeAll(async () => {
  db = await testDatabase();
  world = new TestWorld(db);
});
beforeEach(async () => {
  cycle = await world.cycle(held());
});
afterAll(() => db.close());

let seq = 1_000_000;

/** A transaction that is held at the webhook with this value; no worker runs. */
async function holdAt(value: string, id = uuid7()): Promise<string> {
  const { accountId, cycleId, versionId } = cycle;
  const number = seq++;
  await db.pool.query(
    `INSERT INTO "Transaction" (id, seq, "accountId", "cycleId", "versionId", "stepId", state, "acceptedAt", "startedAt")
     VALUES ($1, $2, $3, $4, $5, 'trigger', 'HELD', now(), now())`,
    [id, number, accountId, cycleId, versionId],
  );
  await db.pool.query(
    `INSERT INTO "ReachedWebhook" ("transactionId", "stepId", "accountId", "cycleId", seq, value, held, since)
     VALUES ($1, 'hook', $2, $3, $4, $5, true, now())`,
    [id, accountId, cycleId, number, value],
  );
  return id;
}

function requestFor(value: string, more: Partial<MidCycleRequest> = {}): MidCycleRequest {
  const receipt = receiptOf(cycle, { id: value });
  return { cycleId: cycle.cycleId, stepId: "hook", value, keepSeconds: null, input: null, receipt, ...more };
}

const together = (...requests: MidCycleRequest[]) => continueTogether(db.pool, requests);

const continuationsOf = (transactionId: string) =>
  db.prisma.continuation.findMany({ where: { transactionId }, orderBy: { number: "asc" } });

describe("requests that come together", () => {
  test("continue each its own transaction, are kept, or match none", async () => {
    const [first, second] = [await holdAt("A-1"), await holdAt("A-2")];
    const requests = [
      requestFor("A-1"),
      requestFor("A-2", { input: '{"body":{"id":"A-2","text":"\\"a\\", {b}"}}' }),
      requestFor("A-1"),
      requestFor("A-3", { keepSeconds: 60 }),
      requestFor("A-4"),
      requestFor("A-3", { keepSeconds: 60 }),
    ];
    expect(await together(...requests)).toEqual([
      { kind: "continued", transactionId: first, number: 1 },
      { kind: "continued", transactionId: second, number: 1 },
      { kind: "continued", transactionId: first, number: 2 },
      { kind: "kept" },
      { kind: "no-match" },
      { kind: "kept" },
    ]);
    const ids = requests.map(({ receipt }) => receipt.id);
    expect(await continuationsOf(first)).toMatchObject([{ receiptId: ids[0] }, { receiptId: ids[2] }]);
    expect(await continuationsOf(second)).toMatchObject([
      { receiptId: ids[1], input: { body: { id: "A-2", text: '"a", {b}' } } },
    ]);
    const jobs = await db.prisma.job.findMany({ where: { cycleId: cycle.cycleId }, orderBy: { seq: "asc" } });
    expect(jobs).toMatchObject([
      { transactionId: first, status: "READY", continuations: 2 },
      { transactionId: second, status: "READY", continuations: 1 },
    ]);
    const receipts = await db.prisma.receipt.findMany({ where: { id: { in: ids } }, orderBy: { id: "asc" } });
    expect(receipts.map(({ outcome, transactionId }) => [outcome, transactionId])).toEqual([
      ...[first, second, first].map((transactionId) => ["ACCEPTED", transactionId]),
      ...["KEPT", "KEPT"].map((outcome) => [outcome, null]),
    ]);
    const kept = await db.prisma.keptRequest.findMany({
      where: { cycleId: cycle.cycleId },
      orderBy: { seq: "asc" },
    });
    expect(kept.map(({ receiptId }) => receiptId)).toEqual([ids[3], ids[5]]);
  });

  test("continue transactions of several days", async () => {
    const ids: string[] = [];
    for (const days of [0, 1, 9]) ids.push(await holdAt(`${days}`, firstUuid7At(new Date(Date.now() - days * DAY_MS))));
    const made = await together(...["0", "1", "9"].map((value) => requestFor(value)));
    expect(made).toMatchObject(ids.map((transactionId) => ({ kind: "continued", transactionId, number: 1 })));
  });

  test("are known as duplicates of each other", async () => {
    const transactionId = await holdAt("A-1");
    const duplicate = () => {
      const request = requestFor("A-1", { unique: { key: 'a "key"', windowSeconds: 60 } });
      return { ...request, receipt: { ...request.receipt, webhookId } };
    };
    const webhookId = uuid7();
    const [first, again] = [duplicate(), duplicate()];
    const made = await together(first, requestFor("A-1"), again);
    expect(made).toEqual([
      { kind: "continued", transactionId, number: 1 },
      { kind: "continued", transactionId, number: 2 },
      { kind: "duplicate", first: { receiptId: first.receipt.id, transactionId } },
    ]);
    expect(await db.prisma.receipt.count({ where: { id: again.receipt.id } })).toBe(0);
  });
});

describe("a request that the others would have to wait for", () => {
  test("is left out while somebody has its transaction's job, and the others are stored", async () => {
    const [busy, free] = [await holdAt("A-1"), await holdAt("A-2")];
    await together(requestFor("A-1"));
    const client = await db.pool.connect();
    await client.query("BEGIN");
    await client.query(`SELECT FROM "Job" WHERE "transactionId" = $1 FOR UPDATE`, [busy]);
    expect(await together(requestFor("A-1"), requestFor("A-2"))).toEqual([
      undefined,
      { kind: "continued", transactionId: free, number: 1 },
    ]);
    const alone = continueByRequest(db.pool, requestFor("A-1"));
    await db.waiting(client);
    await client.query("COMMIT");
    client.release();
    expect(await alone).toEqual({ kind: "continued", transactionId: busy, number: 2 });
  });

  test("is left out while somebody has its value, and meets what that one stores", async () => {
    const free = await holdAt("A-2");
    const client = await db.pool.connect();
    await client.query("BEGIN");
    await lockValues(client, [{ cycleId: cycle.cycleId, stepId: "hook", value: "A-1" }]);
    const early = requestFor("A-1", { keepSeconds: 60 });
    expect(await together(early, requestFor("A-2"))).toEqual([
      undefined,
      { kind: "continued", transactionId: free, number: 1 },
    ]);
    const alone = continueByRequest(db.pool, early);
    await db.waiting(client);
    const arrived = await holdAt("A-1");
    await client.query("COMMIT");
    client.release();
    expect(await alone).toEqual({ kind: "continued", transactionId: arrived, number: 1 });
  });

  test("is left out with all of its value when somebody has that for longer than a moment", async () => {
    const transactionId = await holdAt("A-1");
    const client = await db.pool.connect();
    await client.query("BEGIN");
    await lockValues(client, [{ cycleId: cycle.cycleId, stepId: "hook", value: "A-1" }]);
    const requests = [requestFor("A-1"), requestFor("A-1")];
    expect(await together(...requests)).toEqual([undefined, undefined]);
    await client.query("COMMIT");
    client.release();
    expect(await together(...requests)).toMatchObject([1, 2].map((number) => ({ transactionId, number })));
  });

  test("is left out where there is no room to keep it, and refused by itself", async () => {
    const transactionId = await holdAt("A-2");
    await db.pool.query(
      `INSERT INTO "KeptRequest" ("receiptId", "cycleId", "stepId", value, until)
       SELECT gen_random_uuid(), $1, 'hook', 'A-1', now() + interval '1 hour' FROM generate_series(1, ${MOST_KEPT - 1})`,
      [cycle.cycleId],
    );
    const early = () => requestFor("A-1", { keepSeconds: 60 });
    const requests = [early(), requestFor("A-2"), early()];
    expect(await together(...requests)).toEqual([
      undefined,
      { kind: "continued", transactionId, number: 1 },
      undefined,
    ]);
    expect(await continueByRequest(db.pool, requests[0]!)).toEqual({ kind: "kept" });
    expect(await continueByRequest(db.pool, requests[2]!)).toEqual({ kind: "full" });
    expect(await together(early(), requestFor("A-3"))).toEqual([undefined, { kind: "no-match" }]);
  });

  test("takes nothing of the others with it when its transaction is gone in that moment", async () => {
    const [gone, other] = [await holdAt("A-1"), await holdAt("A-2")];
    await db.prisma.transaction.updateMany({ where: { id: gone }, data: { state: "CANCELLED", endedAt: new Date() } });
    const requests = [requestFor("A-1"), requestFor("A-2")];
    expect(await together(...requests)).toEqual([undefined, undefined]);
    expect(await db.prisma.job.count({ where: { cycleId: cycle.cycleId } })).toBe(0);
    expect(await continueByRequest(db.pool, requests[1]!)).toEqual({
      kind: "continued",
      transactionId: other,
      number: 1,
    });
    expect(await continueByRequest(db.pool, requests[0]!)).toEqual({ kind: "no-match" });
    expect(await continuationsOf(gone)).toEqual([]);
  });
});
