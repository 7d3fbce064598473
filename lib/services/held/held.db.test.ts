import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { uuid7 } from "@/lib/db/ids";
import { type TestDatabase, testDatabase } from "@/lib/db/testing";
import { createPublishedCycle, createWorld, type MadeCycle, step, type World } from "../testing";
import { getTransaction } from "../transactions/get";
import { continueTransaction } from "./continue";
import { countHeldTransactions } from "./count";
import { listHeldTransactions } from "./list";

let db: TestDatabase;
let world: World;
let cycle: MadeCycle;

beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db.close());
beforeEach(async () => {
  world = await createWorld(db);
  cycle = await createPublishedCycle(world.builder, {
    steps: [
      step("start", "webhook"),
      step("hook", "webhook", {
        settings: {
          matchIncoming: "body.id",
          matchExisting: { source: "step-field", stepId: "start", path: ["body", "id"] },
        },
      }),
      step("end", "stop"),
    ],
    edges: [
      { from: "start", exit: "next", to: "hook" },
      { from: "hook", exit: "next", to: "end" },
    ],
    variables: [],
  });
});

let seq = 5_000_000;

async function hold(value: string | null, until: Date | null = null): Promise<string> {
  const [id, number] = [uuid7(), seq++];
  const { accountId } = world;
  const ids = { accountId, cycleId: cycle.cycleId };
  await db.prisma.transaction.create({
    data: {
      ...ids,
      id,
      seq: number,
      versionId: cycle.versionId,
      stepId: "start",
      state: "HELD",
      acceptedAt: new Date(),
      startedAt: new Date(),
    },
  });
  await db.prisma.reachedWebhook.create({
    data: { ...ids, transactionId: id, stepId: "hook", seq: number, value, held: true, since: new Date(), until },
  });
  return id;
}

const list = (query: { limit?: number; cursor?: string; value?: string } = {}) =>
  listHeldTransactions(world.viewer, { cycleId: cycle.cycleId, stepId: "hook" }, { limit: 50, ...query });
const data = { body: { id: 1 }, query: {}, headers: {} };

describe("held transactions", () => {
  it("are listed newest first, page by page", async () => {
    const until = new Date("2030-01-01T00:00:00Z");
    const ids = [await hold("A"), await hold("B", until), await hold(null)].reverse();
    const first = await list({ limit: 2 });
    expect(first.entries).toMatchObject([
      { transactionId: ids[0], value: null, until: null },
      { transactionId: ids[1], value: "B", until: until.toISOString() },
    ]);
    const second = await list({ limit: 2, cursor: first.next! });
    expect(second).toMatchObject({ entries: [{ transactionId: ids[2], value: "A" }], next: null });
  });

  it("are found by their value", async () => {
    await hold("A");
    const wanted = await hold("B");
    expect((await list({ value: "B" })).entries).toMatchObject([{ transactionId: wanted }]);
    expect((await list({ value: "b" })).entries).toEqual([]);
  });

  it("are counted by step", async () => {
    expect(await countHeldTransactions(world.viewer, cycle.cycleId)).toEqual({ steps: [] });
    await hold("A");
    await hold("B");
    expect(await countHeldTransactions(world.viewer, cycle.cycleId)).toEqual({
      steps: [{ stepId: "hook", count: 2, more: false }],
    });
  });

  it("take only cursors that the list gave", async () => {
    await expect(list({ cursor: "x" })).rejects.toMatchObject({ code: "invalid" });
  });
});

describe("continuing by hand", () => {
  it("queues a continuation with the data, and shows it under the transaction", async () => {
    const id = await hold("A");
    expect(await continueTransaction(world.builder, id, { stepId: "hook", data })).toBe(1);
    expect(await continueTransaction(world.builder, id, { stepId: "hook", data })).toBe(2);
    const view = await getTransaction(world.viewer, id);
    expect(view).toMatchObject({
      state: "queued",
      continuations: [
        { number: 1, stepName: "hook", source: "hand", state: "queued", receiptId: null },
        { number: 2, stepName: "hook", source: "hand", state: "queued", receiptId: null },
      ],
      reached: [{ stepId: "hook", stepName: "hook", value: "A", held: false }],
    });
    expect((await list()).entries).toEqual([]);
  });

  it("is for those who may change the cycle", async () => {
    const id = await hold("A");
    await expect(continueTransaction(world.viewer, id, { stepId: "hook", data })).rejects.toMatchObject({
      code: "forbidden",
    });
  });

  it("is refused where the transaction has not come, and in a cycle that isn't active", async () => {
    const id = await hold("A");
    await expect(continueTransaction(world.builder, id, { stepId: "end", data })).rejects.toMatchObject({
      code: "conflict",
    });
    await db.prisma.cycle.update({ where: { id: cycle.cycleId }, data: { state: "STOPPED", stoppedAt: new Date(0) } });
    await expect(continueTransaction(world.builder, id, { stepId: "hook", data })).rejects.toMatchObject({
      code: "conflict",
    });
  });
});

describe("another account's", () => {
  it("held transactions are not found", async () => {
    const id = await hold("A");
    const { stranger } = world;
    const notFound = { code: "not_found" };
    const place = { cycleId: cycle.cycleId, stepId: "hook" };
    await expect(listHeldTransactions(stranger, place, { limit: 50 })).rejects.toMatchObject(notFound);
    await expect(countHeldTransactions(stranger, cycle.cycleId)).rejects.toMatchObject(notFound);
    await expect(continueTransaction(stranger, id, { stepId: "hook", data })).rejects.toMatchObject(notFound);
  });
});
