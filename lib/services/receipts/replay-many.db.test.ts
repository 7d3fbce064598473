import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { ReplayReceiptInput, ReplayReceiptsInput } from "@/lib/contracts/replays";
import type { Graph } from "@/lib/core/graph";
import { uuid7 } from "@/lib/db/ids";
import { type TestDatabase, testDatabase } from "@/lib/db/testing";
import type { ReceiptRow } from "@/lib/queue/receipt-rows";
import { deleteCycle } from "../cycles/delete";
import { publishCycle } from "../cycles/publish";
import { saveDraft } from "../cycles/save-draft";
import { beginHold } from "../holds/begin";
import {
  createPublishedCycle,
  createWorld,
  type MadeCycle,
  refuseRequest,
  smallGraph,
  step,
  type World,
} from "../testing";
import { getTransaction } from "../transactions/get";
import { getReceipt } from "./get";
import { replayReceipt, replayReceipts } from "./replay";

let database: TestDatabase;
let world: World;
let cycle: MadeCycle;

beforeAll(async () => {
  database = await testDatabase();
});
beforeEach(async () => {
  world = await createWorld(database);
  cycle = await createPublishedCycle(world.builder);
});
afterAll(() => database.close());

const plain = { checked: false };
const refused = { outcome: "NOT_ACTIVE", status: 406 } as const;
const refuse = (body = "{}", rest: Partial<ReceiptRow> = {}) =>
  refuseRequest(world.builder, cycle, { ...refused, ...rest }, body);
const problemsOf = async (receiptIds: string[], how: object = {}) =>
  (await replayReceipts(world.builder, { ...plain, ...how, receiptIds })).results.map(({ problem }) => problem);

async function publish(graph: Graph): Promise<void> {
  const { draftRevision } = await database.prisma.cycle.findUniqueOrThrow({ where: { id: cycle.cycleId } });
  await saveDraft(world.builder, cycle.cycleId, { revision: draftRevision, graph });
  await publishCycle(world.builder, cycle.cycleId);
}

const [, end] = smallGraph.steps;
/** With another webhook in place of the first one. */
const withSecond: Graph = {
  ...smallGraph,
  steps: [step("second", "webhook"), end!],
  edges: [{ from: "second", exit: "next", to: "end" }],
};

describe("a replay of many requests", () => {
  it("begins them in the order in which they came, whatever order they are named in", async () => {
    const ids: string[] = [];
    for (let n = 0; n < 100; n++) ids.push(await refuse(`{"n":${n}}`));
    const { results } = await replayReceipts(world.builder, { ...plain, receiptIds: ids.toReversed() });
    expect(results.map(({ receiptId }) => receiptId)).toEqual(ids);
    const begun = await database.prisma.transaction.findMany({
      where: { cycleId: cycle.cycleId },
      orderBy: { seq: "asc" },
    });
    expect(begun.map(({ id, receiptId }) => [receiptId, id])).toEqual(
      results.map(({ receiptId, transactionId }) => [receiptId, transactionId]),
    );
  });

  it("says of each why it does not run, and runs the others", async () => {
    const other = await createPublishedCycle(world.builder, smallGraph, { start: false });
    const receiptIds = [
      await refuse(),
      await refuse("{"),
      await refuse("{}", { bodyCut: true }),
      await refuse("{}", { webhookId: null, accountId: null, cycleId: null, outcome: "NOT_FOUND", status: 404 }),
      await refuseRequest(world.builder, other, refused),
      await refuse("{}", { accountId: world.otherAccountId }),
      uuid7(),
    ];
    expect(await problemsOf(receiptIds)).toEqual([
      null,
      expect.stringContaining("The body can't become data"),
      expect.stringContaining("Only the beginning of this request's body was kept"),
      "There is no such receipt.",
      "The cycle isn't active. Start it, then replay.",
      "There is no such receipt.",
      "There is no such receipt.",
    ]);
    expect(await database.prisma.transaction.count({ where: { accountId: world.accountId } })).toBe(1);
  });

  it("takes 100 requests at most, and one at least", () => {
    const ids = (count: number) => ({ receiptIds: Array.from({ length: count }, uuid7) });
    expect(ReplayReceiptsInput.safeParse(ids(100)).success).toBe(true);
    expect([ids(0), ids(101)].map((input) => ReplayReceiptsInput.safeParse(input).success)).toEqual([false, false]);
  });

  it.each([
    { version: 2 ** 31 },
    { version: 0 },
    { version: 1.5 },
    { request: { headers: [["a\r\nb", "c"]], query: "", body: "" } },
    { request: { headers: [["a", "b\r\nc: d"]], query: "", body: "" } },
    { request: { headers: [["", "b"]], query: "", body: "" } },
    { request: { headers: [], query: "", body: "not base64", encoding: "base64" } },
  ])("does not take %j", (input) => {
    expect(ReplayReceiptInput.safeParse(input).success).toBe(false);
  });

  it("is for builders", async () => {
    const receiptIds = [await refuse()];
    await expect(replayReceipts(world.viewer, { ...plain, receiptIds })).rejects.toMatchObject({ code: "forbidden" });
    const { results } = await replayReceipts(world.admin, { ...plain, receiptIds });
    expect(results).toMatchObject([{ problem: null }]);
    expect(await database.prisma.transaction.findMany({ where: { cycleId: cycle.cycleId } })).toMatchObject([
      { accountId: world.accountId },
    ]);
  });

  it("waits with what is on hold", async () => {
    const { cycleId } = cycle;
    await beginHold(world.builder, { accountId: world.accountId, cycleId, stepId: null });
    const receiptIds = [await refuse(), await refuse()];
    expect(await problemsOf(receiptIds)).toEqual([null, null]);
    expect(await database.prisma.job.findMany({ where: { cycleId } })).toMatchObject([
      { status: "HELD" },
      { status: "HELD" },
    ]);
  });
});

describe("the replays of a request", () => {
  it("are the newest 20, without those whose transaction was never accepted", async () => {
    const receiptId = await refuse();
    const { accountId } = world;
    const lost = { transactionId: uuid7(), receiptId, accountId, checked: false, edited: false };
    await database.prisma.replay.create({ data: { ...lost, createdAt: new Date(Date.now() + 60_000) } });
    const begun: string[] = [];
    for (let n = 0; n < 21; n++) begun.push(await replayReceipt(world.builder, receiptId, plain));
    const { replays } = await getReceipt(world.viewer, receiptId);
    expect(replays.map(({ transactionId }) => transactionId)).toEqual(begun.toReversed().slice(0, 20));
  });
});

describe("a replay into a version", () => {
  it("refuses one that does not have the step", async () => {
    await publish(withSecond);
    const { id: webhookId, identifier } = await database.prisma.webhook.findFirstOrThrow({
      where: { cycleId: cycle.cycleId, stepId: "second" },
    });
    const toSecond = await refuse("{}", { webhookId, identifier });
    const problem = "The step that took this request isn't in version 1.";
    await expect(replayReceipt(world.builder, toSecond, { ...plain, version: 1 })).rejects.toMatchObject({
      ...{ code: "conflict", message: problem },
    });
    expect(await problemsOf([toSecond, await refuse()], { version: 1 })).toEqual([problem, null]);
  });

  it("runs the request of a step that was deleted on one that has it", async () => {
    const receiptId = await refuse();
    await publish(withSecond);
    await expect(replayReceipt(world.builder, receiptId, plain)).rejects.toMatchObject({
      code: "conflict",
      message: "The step that took this request isn't in the published version. Run it on a version that has it.",
    });
    const transactionId = await replayReceipt(world.builder, receiptId, { ...plain, version: 1 });
    expect(await getTransaction(world.viewer, transactionId)).toMatchObject({ versionNumber: 1, receiptId });
  });

  it("runs nothing of a cycle that was deleted", async () => {
    const receiptId = await refuse();
    await deleteCycle(world.builder, cycle.cycleId);
    await expect(replayReceipt(world.builder, receiptId, { ...plain, version: 1 })).rejects.toMatchObject({
      ...{ code: "conflict", message: expect.stringContaining("The webhook was deleted with its cycle.") },
    });
  });
});
