import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { StepRecord } from "@/lib/core/transaction";
import { uuid7 } from "@/lib/db/ids";
import { type TestDatabase, testDatabase } from "@/lib/db/testing";
import { searchTransactions } from "@/lib/queue/search-transactions";
import type { Db } from "@/lib/queue/statement";
import { getCycle } from "../cycles/get";
import { publishCycle } from "../cycles/publish";
import { saveDraft } from "../cycles/save-draft";
import { stopCycle } from "../cycles/stop";
import { allPages } from "../pages";
import {
  acceptRequest,
  createPublishedCycle,
  createWorld,
  endTransaction,
  type MadeCycle,
  smallGraph,
  step,
  type World,
} from "../testing";
import { cancelTransaction } from "./cancel";
import { getTransaction } from "./get";
import { listTransactions } from "./list";
import { replayTransaction } from "./replay";

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

const record = (rest: Partial<StepRecord>): StepRecord => ({
  stepId: "start",
  visit: 1,
  outcome: "done",
  exit: "next",
  startedAt: "2026-01-01T00:00:00.000Z",
  durationMs: 0.1,
  ...rest,
});
const accept = (body?: string) => acceptRequest(world.builder, cycle, body);
const list = (query: Partial<Parameters<typeof listTransactions>[1]> = {}) =>
  listTransactions(world.viewer, { limit: 50, ...query });
const foundBy = async (q: string) => (await list({ q })).entries.map(({ id }) => id);

describe("listTransactions", () => {
  it("gives the newest first, page by page, each once", async () => {
    const made: string[] = [];
    for (let count = 0; count < 5; count++) made.unshift((await accept()).transactionId);
    const first = await list({ limit: 2 });
    const second = await list({ limit: 2, cursor: first.next! });
    const third = await list({ limit: 2, cursor: second.next! });
    expect([first, second, third].flatMap(({ entries }) => entries.map(({ id }) => id))).toEqual(made);
    expect(third.next).toBeNull();
  });

  it("narrows by cycle, state and time", async () => {
    const { transactionId } = await accept();
    await endTransaction(world.builder, transactionId, { state: "FAILED", error: "No answer", errorStepId: "end" });
    await accept();
    const other = await createPublishedCycle(world.builder);
    expect((await list({ cycleId: other.cycleId })).entries).toEqual([]);
    expect((await list({ state: "failed" })).entries).toMatchObject([
      { id: transactionId, errorStepName: "end", error: "No answer", durationMs: 25, versionNumber: 1 },
    ]);
    const hour = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString();
    expect((await list({ from: hour(-1), to: hour(1) })).entries).toHaveLength(2);
    expect((await list({ from: hour(1) })).entries).toEqual([]);
    expect((await list({ to: hour(-1) })).entries).toEqual([]);
  });

  it("finds by the beginning of an id", async () => {
    const { transactionId } = await accept();
    const [other] = [await accept()];
    expect(await foundBy(transactionId)).toEqual([transactionId]);
    expect(await foundBy(transactionId.slice(0, 13))).toContain(transactionId);
    expect(await foundBy(other.transactionId.toUpperCase())).toEqual([other.transactionId]);
  });

  it("finds text of the request's body, of the error and of the steps' data", async () => {
    const body = await accept(`{"customer":"Zoë O'Neil 100%"}`);
    const error = await accept();
    await endTransaction(world.builder, error.transactionId, { state: "FAILED", error: "Quota of Tuesday is used up" });
    const output = await accept();
    await endTransaction(world.builder, output.transactionId, { steps: [record({ output: { invoice: "INV-77_x" } })] });
    expect(await foundBy("ZOË o'neil")).toEqual([]);
    expect(await foundBy("Zoë o'NEIL 100%")).toEqual([body.transactionId]);
    expect(await foundBy("tuesday")).toEqual([error.transactionId]);
    expect(await foundBy("inv-77_X")).toEqual([output.transactionId]);
    expect(await foundBy("%")).toEqual([body.transactionId]);
    expect(await foundBy("nowhere")).toEqual([]);
  });

  it("finds text that JSON escapes", async () => {
    const inBody = await accept(String.raw`{"url":"https:\/\/shop.test\/6\" pipe"}`);
    const inStep = await accept();
    await endTransaction(world.builder, inStep.transactionId, { steps: [record({ output: { size: `6" pipe\\2` } })] });
    expect(await foundBy(`6" PIPE`)).toEqual([inStep.transactionId, inBody.transactionId]);
    expect(await foundBy(`https://shop.test/6" pipe`)).toEqual([inBody.transactionId]);
    expect(await foundBy(String.raw`pipe\2`)).toEqual([inStep.transactionId]);
    expect(await foundBy('"size":"6')).toEqual([inStep.transactionId]);
  });

  it("goes on searching from where a search left off", async () => {
    await database.pool.query(
      `INSERT INTO "Transaction" (id, seq, "accountId", "cycleId", "versionId", "stepId", "acceptedAt", error)
       SELECT (left($3, 24) || lpad(to_hex(n), 12, '0'))::uuid, n, $1, $2, $2, 'start', now(),
         CASE WHEN n = 1 THEN 'needle' END
       FROM generate_series(1, 5001) AS n`,
      [world.accountId, cycle.cycleId, uuid7()],
    );
    const found: unknown[] = [];
    for await (const page of allPages((cursor) => list({ q: "needle", cursor }))) found.push(...page);
    expect(found).toMatchObject([{ error: "needle" }]);
  });

  it.each([{}, { state: "queued" as const }])(
    "looks at a few large bodies at a time, and goes on to the last: %j",
    async (query) => {
      const { transactionId, receiptId } = await accept();
      for (let n = 0; n < 5; n++) await accept();
      const body = (text: string) => Buffer.from(text + "x".repeat(9 * 1024 * 1024));
      await database.prisma.receipt.updateMany({ where: { cycleId: cycle.cycleId }, data: { body: body("") } });
      await database.prisma.receipt.update({ where: { id: receiptId }, data: { body: body("needle") } });
      let looks = 0;
      const counting = {
        query: (statement: { text: string }) => {
          if (statement.text.includes("octet_length")) looks++;
          return database.pool.query(statement);
        },
      } as unknown as Db;
      const search = { accountId: world.accountId, text: "needle", limit: 50, state: query.state && "QUEUED" };
      const found: string[] = [];
      for (let before: string | undefined; ; ) {
        const page = await searchTransactions(counting, { ...search, before });
        found.push(...page.ids);
        if (page.next === null) break;
        before = page.next;
      }
      expect(found).toEqual([transactionId]);
      expect(looks).toBe(3); // at two of the six each
    },
  );

  it("refuses a cursor that it didn't give", async () => {
    await expect(list({ cursor: "x" })).rejects.toMatchObject({ code: "invalid" });
  });
});

describe("getTransaction", () => {
  it("shows the request as the trigger's data, and each step by its name", async () => {
    const { transactionId, receiptId } = await accept(`{"order":{"id":7}}`);
    const steps = [record({}), record({ stepId: "end", exit: null, output: { message: "" } })];
    await endTransaction(world.builder, transactionId, { steps });
    const input = { body: { order: { id: 7 } }, query: {}, headers: { "content-type": "application/json" } };
    expect(await getTransaction(world.viewer, transactionId)).toMatchObject({
      state: "completed",
      input,
      steps: [
        { stepId: "start", stepName: "start", stepType: "webhook", output: input },
        { stepId: "end", stepType: "stop" },
      ],
      receipt: { id: receiptId, method: "POST", clientIp: "192.0.2.10", sizeBytes: 18, status: 200 },
      replays: [],
    });
  });

  it("keeps showing the version that it ran on", async () => {
    const { transactionId } = await accept();
    await endTransaction(world.builder, transactionId, { steps: [record({})] });
    const { draftRevision } = await getCycle(world.builder, cycle.cycleId);
    const renamed = { ...smallGraph, steps: [step("start", "webhook", { name: "New name" }), smallGraph.steps[1]!] };
    await saveDraft(world.builder, cycle.cycleId, { revision: draftRevision, graph: renamed });
    await publishCycle(world.builder, cycle.cycleId);
    expect(await getTransaction(world.viewer, transactionId)).toMatchObject({
      versionNumber: 1,
      steps: [{ stepName: "start" }],
    });
  });
});

describe("replayTransaction", () => {
  it("runs the same request again, and is listed under it", async () => {
    const { transactionId, receiptId } = await accept(`{"n":1}`);
    const replayId = await replayTransaction(world.builder, transactionId, {});
    expect(await getTransaction(world.viewer, replayId)).toMatchObject({
      state: "queued",
      replayOf: transactionId,
      receiptId,
      input: { body: { n: 1 } },
    });
    expect((await getTransaction(world.viewer, transactionId)).replays).toEqual([replayId]);
  });

  it("takes other data instead, also when that is run again", async () => {
    const { transactionId } = await accept(`{"n":1}`);
    const input = { body: { n: 2 }, query: {}, headers: {} };
    const replayId = await replayTransaction(world.builder, transactionId, { input });
    expect((await getTransaction(world.viewer, replayId)).input).toEqual(input);
    const again = await replayTransaction(world.builder, replayId, {});
    expect((await getTransaction(world.viewer, again)).input).toEqual(input);
  });

  it("waits in a cycle that was stopped, and is refused 24 hours later", async () => {
    const { transactionId } = await accept();
    await stopCycle(world.builder, cycle.cycleId);
    await expect(replayTransaction(world.builder, transactionId, {})).resolves.toEqual(expect.any(String));
    await database.pool.query(`UPDATE "Cycle" SET "stoppedAt" = now() - interval '24 hours' WHERE id = $1`, [
      cycle.cycleId,
    ]);
    await expect(replayTransaction(world.builder, transactionId, {})).rejects.toMatchObject({ code: "conflict" });
  });

  it("keeps its data when the original's request goes", async () => {
    const { transactionId, receiptId } = await accept(`{"n":1}`);
    const replayId = await replayTransaction(world.builder, transactionId, {});
    await database.prisma.receipt.delete({ where: { id: receiptId } });
    expect(await getTransaction(world.viewer, replayId)).toMatchObject({ input: { body: { n: 1 } }, receipt: null });
    await expect(replayTransaction(world.builder, replayId, {})).resolves.toEqual(expect.any(String));
  });

  it("says so when the request isn't kept any more", async () => {
    const { transactionId, receiptId } = await accept();
    await database.prisma.receipt.delete({ where: { id: receiptId } });
    await expect(replayTransaction(world.builder, transactionId, {})).rejects.toMatchObject({
      code: "conflict",
      message: expect.stringContaining("isn't kept"),
    });
  });
});

describe("cancelTransaction", () => {
  it("ends what no worker has in hand, once", async () => {
    const { transactionId } = await accept();
    await cancelTransaction(world.builder, transactionId);
    expect((await getTransaction(world.viewer, transactionId)).state).toBe("cancelled");
    await expect(cancelTransaction(world.builder, transactionId)).rejects.toMatchObject({ code: "conflict" });
  });
});
