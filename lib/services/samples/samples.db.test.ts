import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Graph } from "@/lib/core/graph";
import type { StepRecord } from "@/lib/core/transaction";
import { type TestDatabase, testDatabase } from "@/lib/db/testing";
import { lookForRequest } from "../listen/look";
import { startListening } from "../listen/start";
import {
  acceptRequest,
  createPublishedCycle,
  createWorld,
  endTransaction,
  type MadeCycle,
  refuseRequest,
  step,
  type World,
} from "../testing";
import { listSamples } from "./list";
import { pasteSample } from "./paste";
import { removeSample } from "./remove";

const from = (stepId: string, ...path: string[]) => ({ source: "step-field", stepId, path });
const graph: Graph = {
  steps: [
    step("start", "webhook", {
      settings: {
        fields: [
          { path: "body.id", kind: "text", example: "A-1" },
          { path: "body.total", kind: "number", example: "12.5" },
          { path: "body.lines", kind: "list" },
          { path: "body.lines[0].sku", kind: "text", example: "LAMP" },
        ],
      },
    }),
    step("fields", "set-fields", {
      settings: {
        fields: [
          { name: "order.id", value: from("start", "body", "id") },
          { name: "text", value: { source: "value", text: "Order {{start.body.id}} of {{var.company}}" } },
          { name: "company", value: { source: "variable", name: "company" } },
        ],
      },
    }),
    step("call", "http-request", { settings: { url: "https://example.test" } }),
  ],
  edges: [
    { from: "start", exit: "next", to: "fields" },
    { from: "fields", exit: "next", to: "call" },
  ],
  variables: [{ name: "company", value: "Acme" }],
};

let database: TestDatabase;
let world: World;
let cycle: MadeCycle;
beforeAll(async () => {
  database = await testDatabase();
});
beforeEach(async () => {
  world = await createWorld(database);
  cycle = await createPublishedCycle(world.builder, graph);
});
afterAll(() => database.close());

const samples = async (transactionId?: string) =>
  Object.fromEntries(
    (await listSamples(world.viewer, cycle.cycleId, { transactionId })).map((one) => [one.stepId, one]),
  );
const paste = (stepId: string, body: string, contentType = "application/json") =>
  pasteSample(world.builder, cycle.cycleId, stepId, { body, contentType });
const record = (stepId: string, output: StepRecord["output"]): StepRecord => ({
  ...{ stepId, visit: 1, outcome: "done", exit: "next", startedAt: "2026-01-01T00:00:00.000Z", durationMs: 1 },
  output,
});

describe("listSamples", () => {
  it("says what the settings say, when nothing has come yet", async () => {
    expect(await samples()).toMatchObject({
      start: { source: "schema", at: null, data: { body: { id: "A-1", total: 12.5, lines: [{ sku: "LAMP" }] } } },
      fields: { source: "schema", data: { order: { id: "A-1" }, text: "Order A-1 of Acme", company: "Acme" } },
      call: { source: "schema", data: { status: 200, body: {} } },
    });
  });

  it("prefers the newest transaction's data", async () => {
    const { transactionId } = await acceptRequest(world.builder, cycle, `{"id":"B-2"}`);
    await endTransaction(world.builder, transactionId, { steps: [record("fields", { order: { id: "B-2" } })] });
    await acceptRequest(world.builder, cycle, `{"id":"still running"}`);
    expect(await samples()).toMatchObject({
      start: { source: "request", data: { body: { id: "B-2" } } },
      fields: { source: "transaction", data: { order: { id: "B-2" } } },
      call: { source: "schema" },
    });
  });

  it("prefers what was pasted, and derives the rest from it", async () => {
    await paste("start", `{"id":"P-3"}`);
    expect(await samples()).toMatchObject({
      start: { source: "pasted", data: { body: { id: "P-3" }, query: {}, headers: {} } },
      fields: { source: "schema", data: { text: "Order P-3 of Acme" } },
    });
    await removeSample(world.builder, cycle.cycleId, "start");
    expect((await samples()).start).toMatchObject({ source: "schema" });
  });

  it("gives one transaction's data and nothing else when asked for it", async () => {
    const { transactionId } = await acceptRequest(world.builder, cycle, `{"id":"C-4"}`);
    await paste("start", `{"id":"P-3"}`);
    expect(await samples(transactionId)).toEqual({
      start: {
        stepId: "start",
        source: "transaction",
        at: expect.any(String),
        data: expect.objectContaining({ body: { id: "C-4" } }),
      },
    });
  });

  it("knows no transaction of another cycle", async () => {
    const other = await createPublishedCycle(world.builder, graph);
    const { transactionId } = await acceptRequest(world.builder, other);
    await expect(samples(transactionId)).rejects.toMatchObject({ code: "not_found" });
  });
});

describe("pasteSample", () => {
  it("reads the body by its content type, as a request would be", async () => {
    expect((await paste("start", "<a><b>1</b></a>", "application/xml")).data).toMatchObject({
      body: { a: { b: "1" } },
    });
    expect((await paste("call", `{"ok":true}`)).data).toEqual({ status: 200, headers: {}, body: { ok: true } });
  });

  it("says why a body can't be read", async () => {
    await expect(paste("start", `{"a":`)).rejects.toMatchObject({
      code: "invalid",
      message: expect.stringContaining("JSON"),
    });
  });

  it("knows only steps of the draft", async () => {
    await expect(paste("nowhere", "{}")).rejects.toMatchObject({ code: "not_found" });
  });
});

describe("listening", () => {
  const look = () => lookForRequest(world.builder, cycle.cycleId, "start");
  const listen = () => startListening(world.builder, cycle.cycleId, "start");

  it("hears the next request, keeps it as the sample and ends", async () => {
    expect(await listen()).toEqual({ listeningUntil: expect.any(String), request: null, refused: [] });
    expect(await look()).toMatchObject({ listeningUntil: expect.any(String), request: null });
    const { receiptId } = await acceptRequest(world.builder, cycle, `{"id":"L-5"}`);
    expect(await look()).toMatchObject({
      listeningUntil: null,
      request: { receiptId, status: 200, reason: null, sample: { data: { body: { id: "L-5" } } } },
    });
    expect((await samples()).start).toMatchObject({ source: "request", data: { body: { id: "L-5" } } });
  });

  it("hears requests that the cycle refuses because it doesn't run", async () => {
    await listen();
    await refuseRequest(world.builder, cycle, { outcome: "NOT_ACTIVE", status: 406 }, `{"id":"early"}`);
    expect((await look()).request).toMatchObject({ status: 406, sample: { data: { body: { id: "early" } } } });
  });

  it("hears no request that came before, and none without a body", async () => {
    await acceptRequest(world.builder, cycle, `{"id":"before"}`, { receivedAt: Date.now() - 60_000 });
    await listen();
    await refuseRequest(world.builder, cycle, { outcome: "FOUND", status: 200, method: "GET" });
    expect((await look()).request).toBeNull();
  });

  it("tells of requests that were refused, with the reason, and goes on listening", async () => {
    await refuseRequest(world.builder, cycle, {
      outcome: "NOT_VERIFIED",
      status: 401,
      receivedAt: Date.now() - 60_000,
    });
    await listen();
    const reason = "The signature is wrong.";
    const limit = { outcome: "OVER_LIMIT" as const, status: 429, reason: "More than 5 requests per second" };
    const first = await refuseRequest(world.builder, cycle, { outcome: "NOT_VERIFIED", status: 401, reason });
    const second = await refuseRequest(world.builder, cycle, limit);
    await refuseRequest(world.builder, cycle, { outcome: "FOUND", status: 200, method: "GET" });
    const heard = await look();
    expect(heard).toMatchObject({ listeningUntil: expect.any(String), request: null });
    expect(heard.refused).toEqual([
      { id: second, receivedAt: expect.any(String), outcome: "over-limit", status: 429, reason: limit.reason },
      { id: first, receivedAt: expect.any(String), outcome: "not-verified", status: 401, reason },
    ]);
    await acceptRequest(world.builder, cycle, `{"id":"signed"}`);
    expect((await look()).request).toMatchObject({ sample: { data: { body: { id: "signed" } } } });
  });

  it("takes what a mid-cycle webhook has found no transaction for", async () => {
    await listen();
    await refuseRequest(world.builder, cycle, { outcome: "NO_MATCH", status: 200 }, `{"id":"nobody"}`);
    expect((await look()).request).toMatchObject({ sample: { data: { body: { id: "nobody" } } } });
  });

  it("says why what came can't be a sample, and goes on listening", async () => {
    await listen();
    const unreadable = { outcome: "UNREADABLE" as const, status: 400, reason: "JSON ends unexpectedly" };
    await refuseRequest(world.builder, cycle, unreadable, `{"a":`);
    expect(await look()).toMatchObject({
      listeningUntil: expect.any(String),
      request: { sample: null, reason: "JSON ends unexpectedly" },
    });
  });
});
