import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Graph } from "@/lib/core/graph";
import type { StepRecord } from "@/lib/core/transaction";
import { type TestDatabase, testDatabase } from "@/lib/db/testing";
import { closeScriptPool, setScriptPool } from "@/lib/script/scripts";
import { newTestPool, PATIENT } from "@/lib/script/testing";
import type { HeaderPairs } from "@/lib/webhooks/step-data";
import { publishCycle } from "../cycles/publish";
import { saveDraft } from "../cycles/save-draft";
import { continueTransaction } from "../held/continue";
import { lookForRequest } from "../listen/look";
import { startListening } from "../listen/start";
import { listSamples } from "../samples/list";
import { tryScript } from "../scripts/try";
import { setSecret } from "../secrets/set";
import {
  acceptRequest,
  createPublishedCycle,
  createWorld,
  endTransaction,
  type MadeCycle,
  refuseRequest,
  smallGraph,
  step,
  type World,
} from "../testing";
import { getTransaction } from "../transactions/get";
import { replayTransaction } from "../transactions/replay";
import { explainReceipt } from "../webhooks/explain";
import { receiptCsvRows } from "./csv";
import { getReceipt } from "./get";
import { listReceiptsOfStep } from "./list-of-step";
import { replayReceipt } from "./replay";

const SECRET = "s3cret-value";
const inHeader = { kind: "token", in: "header", name: "X-Hook", prefix: "Bearer " };
const inQuery = { kind: "token", in: "query", name: "hook" };

const graphWith = (check: { [name: string]: string }): Graph => ({
  ...smallGraph,
  steps: [step("start", "webhook", { settings: { check } }), ...smallGraph.steps.slice(1)],
});

let database: TestDatabase;
let world: World;
let cycle: MadeCycle;
beforeAll(async () => {
  database = await testDatabase();
  setScriptPool(await newTestPool({ limits: PATIENT }));
});
beforeEach(async () => {
  world = await createWorld(database);
  cycle = await createPublishedCycle(world.builder);
  await setSecret(world.builder, cycle.cycleId, { stepId: "start", name: "check", value: SECRET });
  await publishAgain(inHeader);
});
afterAll(async () => {
  await closeScriptPool();
  await database.close();
});

async function publishAgain(check: { [name: string]: string }): Promise<void> {
  const { draftRevision } = await database.prisma.cycle.findUniqueOrThrow({ where: { id: cycle.cycleId } });
  await saveDraft(world.builder, cycle.cycleId, { revision: draftRevision, graph: graphWith(check) });
  await publishCycle(world.builder, cycle.cycleId);
}

const sent: [string, string][] = [
  ["Content-Type", "application/json"],
  ["Authorization", `Basic ${SECRET}`],
  ["Cookie", `session=${SECRET}`],
  ["X-Hook", `Bearer ${SECRET}`],
];
const shown = [sent[0], ["Authorization", "Basic ••••"], ["Cookie", "••••"], ["X-Hook", "••••"]];
const shownData = { authorization: "Basic ••••", cookie: "••••", "x-hook": "••••" };
const request = (headers: HeaderPairs = sent, query = `token=${SECRET}&page=2`) => ({
  headers: JSON.stringify(headers),
  query,
});
const notVerified = { outcome: "NOT_VERIFIED", status: 401 } as const;
const accept = () => acceptRequest(world.builder, cycle, `{"id":1}`, request());

/** What the steps of a transaction are given, by its row. */
async function inputOf(transactionId: string) {
  return (await database.prisma.transaction.findUniqueOrThrow({ where: { id: transactionId } })).input;
}

describe("a recorded request", () => {
  it("is shown without its secrets to viewers and partner admins, and kept with them", async () => {
    const { receiptId, transactionId } = await accept();
    for (const ctx of [world.viewer, world.admin]) {
      const receipt = await getReceipt(ctx, receiptId);
      expect(receipt).toMatchObject({
        ...{ headers: shown, query: "token=••••&page=2", body: { text: `{"id":1}` } },
        decoded: { data: { headers: shownData, query: { token: "••••", page: "2" }, body: { id: 1 } } },
      });
      expect(JSON.stringify(receipt)).not.toContain(SECRET);
    }
    const response = { status: 200, headers: [["Set-Cookie", SECRET]], body: "{}" };
    await database.prisma.transaction.update({ where: { id: transactionId }, data: { synchronous: true, response } });
    expect(JSON.stringify(await getReceipt(world.viewer, receiptId))).not.toContain(SECRET);
    const kept = await database.prisma.receipt.findUniqueOrThrow({ where: { id: receiptId } });
    expect(kept).toMatchObject({ headers: sent, query: `token=${SECRET}&page=2` });
  });

  it("is in lists and CSV files without its secrets", async () => {
    await accept();
    const place = { cycleId: cycle.cycleId, stepId: "start" };
    const list = (query: Parameters<typeof listReceiptsOfStep>[2]) => listReceiptsOfStep(world.viewer, place, query);
    const rows = [];
    for await (const page of await receiptCsvRows({ limit: 50 }, list)) rows.push(...page);
    expect(rows).toHaveLength(1);
    expect(JSON.stringify([rows, await list({ limit: 50 })])).not.toContain(SECRET);
  });

  it("hides what a check of an earlier version or of the draft reads", async () => {
    const headers: [string, string][] = [["X-Hook", SECRET]];
    const id = await refuseRequest(world.builder, cycle, { ...notVerified, ...request(headers, `hook=${SECRET}`) });
    expect(await getReceipt(world.viewer, id)).toMatchObject({
      headers: [["X-Hook", "••••"]],
      query: `hook=${SECRET}`,
    });
    await publishAgain(inQuery);
    expect(await getReceipt(world.viewer, id)).toMatchObject({ headers: [["X-Hook", "••••"]], query: "hook=••••" });
    const { draftRevision } = await database.prisma.cycle.findUniqueOrThrow({ where: { id: cycle.cycleId } });
    const graph = graphWith({ ...inHeader, name: "X-Draft" });
    await saveDraft(world.builder, cycle.cycleId, { revision: draftRevision, graph });
    const drafted = await refuseRequest(world.builder, cycle, {
      ...notVerified,
      ...request([["x-draft", SECRET]], ""),
    });
    expect((await getReceipt(world.viewer, drafted)).headers).toEqual([["x-draft", "••••"]]);
  });

  it("to no webhook is shown without what is usually secret", async () => {
    const nobodys = { webhookId: null, accountId: null, cycleId: null, outcome: "NOT_FOUND" as const, status: 404 };
    const id = await refuseRequest(world.builder, cycle, { ...nobodys, ...request() });
    const { headers } = await getReceipt(world.admin, id);
    expect(headers).toEqual([...shown.slice(0, 3), sent[3]]);
  });
});

describe("a transaction's data", () => {
  it("is shown without the secrets of its requests, in runs and as samples", async () => {
    const { transactionId } = await accept();
    const record: StepRecord = {
      ...{ stepId: "start", visit: 1, outcome: "done", exit: "next", startedAt: new Date(0).toISOString() },
      durationMs: 1,
    };
    const again = { ...record, visit: 2, output: { body: {}, query: {}, headers: { "x-hook": SECRET } } };
    const other = { ...record, stepId: "end", output: { headers: { "x-hook": "of a call" } } };
    await endTransaction(world.builder, transactionId, { steps: [record, again, other] });
    const transaction = await getTransaction(world.viewer, transactionId);
    expect(transaction.input).toMatchObject({ headers: shownData, query: { token: "••••" }, body: { id: 1 } });
    expect(transaction.steps.map(({ output }) => output)).toMatchObject([
      { headers: shownData, query: { token: "••••", page: "2" } },
      { headers: { "x-hook": "••••" } },
      { headers: { "x-hook": "of a call" } },
    ]);
    expect(JSON.stringify(transaction)).not.toContain(SECRET);
    for (const query of [{}, { transactionId }]) {
      const samples = await listSamples(world.viewer, cycle.cycleId, query);
      expect(samples.find(({ stepId }) => stepId === "start")?.data).toMatchObject({ headers: { "x-hook": "••••" } });
      expect(JSON.stringify(samples)).not.toContain(SECRET);
    }
  });

  it("is a sample without secrets when it was listened for", async () => {
    await startListening(world.builder, cycle.cycleId, "start");
    await accept();
    const { request } = await lookForRequest(world.builder, cycle.cycleId, "start");
    expect(request?.sample?.data).toMatchObject({ headers: shownData, body: { id: 1 } });
    const where = { cycleId_stepId: { cycleId: cycle.cycleId, stepId: "start" } };
    const { data } = await database.prisma.stepSample.findUniqueOrThrow({ where });
    expect(data).toMatchObject({ headers: shownData });
  });

  it("is tried by scripts without secrets", { timeout: 60_000 }, async () => {
    const { receiptId } = await accept();
    const code = "function after_webhook() { console.log(method_request_headers); }";
    const input = { code, entry: "after_webhook" as const, receiptId };
    const trial = await tryScript(world.builder, cycle.cycleId, "start", input);
    expect(JSON.stringify(trial.before)).toContain("Basic ••••");
    expect(JSON.stringify(trial)).not.toContain(SECRET);
  });
});

describe("a replay", () => {
  it("that is checked again passes with the secrets that its form did not show", async () => {
    const receiptId = await refuseRequest(world.builder, cycle, { ...notVerified, ...request() });
    const { headers, query } = await getReceipt(world.builder, receiptId);
    const edited = { headers, query, body: `{"id":2}`, encoding: "text" as const };
    for (const how of [{ request: edited }, {}]) {
      const transactionId = await replayReceipt(world.builder, receiptId, { checked: true, ...how });
      expect(await inputOf(transactionId)).toMatchObject({
        headers: { authorization: `Basic ${SECRET}`, cookie: `session=${SECRET}`, "x-hook": `Bearer ${SECRET}` },
        query: { token: SECRET, page: "2" },
      });
      const transaction = await getTransaction(world.viewer, transactionId);
      expect(transaction.input).toMatchObject({ headers: shownData, query: { token: "••••" } });
    }
  });

  it("uses the secrets that are typed, and never the dots", async () => {
    const receiptId = await refuseRequest(world.builder, cycle, { ...notVerified, ...request() });
    const replay = (header: [string, string], checked = true) => {
      const edited = { headers: [header], query: "", body: "{}", encoding: "text" as const };
      return replayReceipt(world.builder, receiptId, { checked, request: edited });
    };
    const differs = { code: "conflict", message: "The check refuses it: The token is not the stored one." };
    await expect(replay(["X-Hook", "Bearer other"])).rejects.toMatchObject(differs);
    await expect(replay(["X-Hook", "Bearer ••••"])).rejects.toMatchObject({ code: "invalid" });
    await expect(replay(["X-Token", "••••"], false)).rejects.toMatchObject({ code: "invalid" });
    const typed = await replay(["X-Hook", `Bearer ${SECRET}`]);
    expect(await inputOf(typed)).toMatchObject({ headers: { "x-hook": `Bearer ${SECRET}` } });
  });

  it("of a transaction uses the recorded secrets where its data shows dots", async () => {
    const { transactionId } = await accept();
    const input = (await getTransaction(world.builder, transactionId)).input as { headers: { [name: string]: string } };
    const replayed = await replayTransaction(world.builder, transactionId, { input: { ...input, body: { id: 2 } } });
    const again = await replayTransaction(world.builder, replayed, { input });
    for (const id of [replayed, again])
      expect(await inputOf(id)).toMatchObject({ headers: { "x-hook": `Bearer ${SECRET}` }, query: { token: SECRET } });
    const copied = { ...input, headers: { ...input.headers, "x-token": "••••" } };
    const refusal = { code: "invalid", message: expect.stringContaining("The header x-token holds ••••") };
    await expect(replayTransaction(world.builder, transactionId, { input: copied })).rejects.toMatchObject(refusal);
    const typed = { stepId: "start", data: copied };
    await expect(continueTransaction(world.builder, transactionId, typed)).rejects.toMatchObject({ code: "invalid" });
  });
});

describe("explainReceipt", () => {
  const explain = async (headers: HeaderPairs, query = "") => {
    const id = await refuseRequest(world.builder, cycle, { ...notVerified, ...request(headers, query) });
    return explainReceipt(world.builder, id);
  };

  it.each<[string, HeaderPairs, string, string]>([
    ["another header", [["X-Api-Key", SECRET]], "", "The stored token came in the header X-Api-Key"],
    ["the query", [], `token=${SECRET}`, "The stored token came in the query parameter token"],
    ["without its prefix", [["X-Hook", SECRET]], "", "without the prefix Bearer"],
    ["another token", [["X-Hook", `Bearer ${SECRET}-old`]], "", "The token is another one"],
  ])("still finds a token: %s", async (_where, headers, query, text) => {
    const explanation = await explain(headers, query);
    expect(explanation.findings).toEqual([{ code: expect.any(String), text: expect.stringContaining(text) }]);
    expect(JSON.stringify(explanation)).not.toContain(SECRET);
  });
});
