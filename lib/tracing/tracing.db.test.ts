import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { Graph } from "@/lib/core/graph";
import { field, graphOf } from "@/lib/core/testing";
import { type TestDatabase, testDatabase } from "@/lib/db/testing";
import { createCaller } from "@/lib/http/call";
import { createEgressGuard } from "@/lib/http/egress";
import { replayTransaction } from "@/lib/services/transactions/replay";
import { startTestServer, type TestServer } from "@/lib/webhooks/test-server";
import { type MadeWebhook, makeWebhook } from "@/lib/webhooks/testing";
import { TestWorkers } from "@/worker/testing";
import { activeTracing } from "./active";
import { startTracing } from "./start";
import { TestReceiver } from "./testing";

const CALLER = { traceId: "4bf92f3577b34da6a3ce929d0e0e4736", spanId: "00f067aa0ba902b7" };
const SECRET = "kept-from-everyone-4711";
const json = { "Content-Type": "application/json" };

let database: TestDatabase;
let web: TestServer;
let workers: TestWorkers;
let receiver: TestReceiver;
let outside: Server;
let calls: IncomingHttpHeaders[] = [];
let outsideStatuses: number[] = [];

beforeAll(async () => {
  database = await testDatabase();
  web = await startTestServer(database, { pollMs: 50 });
  workers = new TestWorkers(database);
  workers.start(createCaller(createEgressGuard(["127.0.0.1"])));
  outside = createServer((request, response) => {
    calls.push(request.headers);
    request.resume();
    const headers = { "content-type": "application/json", "x-answer": SECRET };
    response.writeHead(outsideStatuses.shift() ?? 200, headers).end(`{"answer":"${SECRET}"}`);
  });
  outside.listen(0, "127.0.0.1");
  await once(outside, "listening");
});
afterAll(async () => {
  await workers.stop();
  await web.close();
  outside.closeAllConnections();
  outside.close();
  await database.close();
});

beforeEach(async () => {
  receiver = await TestReceiver.open();
  calls = [];
  outsideStatuses = [];
});
afterEach(async () => {
  await activeTracing()?.stop();
  vi.unstubAllEnvs();
  await receiver.close();
});

async function trace(variables: Record<string, string> = {}) {
  vi.stubEnv("OTEL_EXPORTER_OTLP_ENDPOINT", receiver.url);
  vi.stubEnv("OTEL_BSP_SCHEDULE_DELAY", "50");
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
  await startTracing("web");
}

const call = (id: string, settings: Record<string, unknown> = {}) => ({
  id,
  type: "http-request",
  settings: {
    method: "POST",
    url: `http://127.0.0.1:${(outside.address() as AddressInfo).port}/${SECRET}?key=${SECRET}`,
    headers: [field("X-Secret", SECRET)],
    body: [field("n", "{{hook.body.n}}")],
    ...settings,
  },
});
const hook = { id: "hook", type: "webhook" };
const fields = { id: "fields", type: "set-fields", settings: { fields: [field("a", "{{hook.body.n}}")] } };
const asynchronous = () => graphOf([hook, fields, call("out")], ["hook -> fields", "fields -> out"]);
const synchronous = () =>
  graphOf([hook, { id: "answer", type: "sync-response", settings: { status: 201 } }], ["hook -> answer"]);

async function post(graph: Graph, headers: Record<string, string | string[]> = {}) {
  const made = await makeWebhook(database.pool, { graph });
  const sent = { ...json, "User-Agent": "sender/1", Authorization: `Bearer ${SECRET}`, Cookie: SECRET, ...headers };
  const path = `/api/webhook/${made.identifier}?q=${SECRET}`;
  const answer = await web.send(path, { headers: sent, body: `{"n":"${SECRET}"}` });
  return { made, answer, transactionId: String(answer.headers["x-spoke-transaction-id"]) };
}

const ended = (transactionId: string) =>
  expect
    .poll(async () => (await database.prisma.transaction.findUniqueOrThrow({ where: { id: transactionId } })).endedAt)
    .not.toBeNull();

const named = (transactionId: string, name: string) =>
  receiver.of(transactionId).find((span) => span.name === name) ?? expect.fail(`no span ${name}`);

const REQUEST = "POST /api/webhook/{identifier}";
const traceparent = (flags: string) => `00-${CALLER.traceId}-${CALLER.spanId}-${flags}`;
const builder = ({ accountId }: MadeWebhook) => ({
  db: database.prisma,
  pool: database.pool,
  partnerId: "",
  userId: null,
  role: "BUILDER" as const,
  accounts: "all" as const,
  accountId,
});

describe("a traced transaction", () => {
  it("is one trace from its request over its steps to what they call", async () => {
    await trace({ OTEL_SERVICE_NAME: "our-spoke", OTEL_RESOURCE_ATTRIBUTES: "deployment.environment=test" });
    const { made, answer, transactionId } = await post(asynchronous());
    await expect
      .poll(() =>
        receiver
          .of(transactionId)
          .map((span) => span.name)
          .sort(),
      )
      .toEqual([REQUEST, "step http-request", "step set-fields", "step webhook", "transaction"].sort());
    const request = named(transactionId, REQUEST);
    expect(request).toMatchObject({
      traceId: transactionId.replaceAll("-", ""),
      parentSpanId: undefined,
      kind: "server",
      failed: false,
      attributes: {
        "http.request.method": "POST",
        "http.route": "/api/webhook/{identifier}",
        "http.response.status_code": 200,
        "http.request.header.content-type": ["application/json"],
        "user_agent.original": "sender/1",
        "spoke.outcome": "accepted",
        "spoke.receipt.id": answer.headers["x-spoke-request-id"],
        "spoke.transaction.id": transactionId,
        "spoke.webhook.id": made.webhookId,
        "spoke.account.id": made.accountId,
        "spoke.cycle.id": made.cycleId,
      },
      resource: { "service.name": "our-spoke", "deployment.environment": "test", "spoke.process": "web" },
    });
    const turn = named(transactionId, "transaction");
    expect(turn).toMatchObject({
      parentSpanId: request.spanId,
      kind: "consumer",
      attributes: { "spoke.cycle.id": made.cycleId, "spoke.outcome": "completed", "spoke.claim": 1 },
    });
    expect(named(transactionId, "step set-fields")).toMatchObject({
      parentSpanId: turn.spanId,
      kind: "internal",
      attributes: { "spoke.step.id": "fields", "spoke.step.attempts": 1, "spoke.step.outcome": "done" },
    });
    const out = named(transactionId, "step http-request");
    expect(out).toMatchObject({
      parentSpanId: turn.spanId,
      kind: "client",
      attributes: {
        "spoke.step.id": "out",
        "spoke.step.type": "http-request",
        "http.request.method": "POST",
        "http.response.status_code": 200,
        "server.address": "127.0.0.1",
        "server.port": (outside.address() as AddressInfo).port,
      },
    });
    expect(calls.map((headers) => headers.traceparent)).toEqual([`00-${request.traceId}-${out.spanId}-01`]);
    expect(out.startedAt).toBeGreaterThanOrEqual(turn.startedAt);
    // A span's duration is by one clock; the ends of two spans are by the wall clock at two moments, which may be set between.
    expect(out.endedAt - out.startedAt).toBeLessThanOrEqual(turn.endedAt - turn.startedAt);
  });

  it("is one trace when its caller waits for the answer", async () => {
    await trace();
    const { answer, transactionId } = await post(synchronous());
    expect(answer.status).toBe(201);
    await expect.poll(() => receiver.of(transactionId).length).toBe(4);
    const request = named(transactionId, REQUEST);
    expect(request.attributes).toMatchObject({ "http.response.status_code": 201 });
    expect(named(transactionId, "transaction").parentSpanId).toBe(request.spanId);
    expect(named(transactionId, "step sync-response").parentSpanId).toBe(named(transactionId, "transaction").spanId);
  });

  it("counts a step's attempts in one span, and each names that span", async () => {
    await trace();
    outsideStatuses = [503, 200];
    const retried = { ...call("out"), onError: { retries: 1, firstWaitSeconds: 0.1 } };
    const { transactionId } = await post(graphOf([hook, retried], ["hook -> out"]));
    await ended(transactionId);
    await expect.poll(() => receiver.of(transactionId).length).toBe(4);
    const out = named(transactionId, "step http-request");
    expect(out.attributes).toMatchObject({ "spoke.step.attempts": 2, "http.response.status_code": 200 });
    expect(calls.map((headers) => String(headers.traceparent).split("-")[2])).toEqual([out.spanId, out.spanId]);
  });

  it("marks what failed by its code, without a message", async () => {
    await trace();
    outsideStatuses = [404];
    const { transactionId } = await post(asynchronous());
    await expect.poll(() => receiver.of(transactionId).length).toBe(5);
    const step = named(transactionId, "step http-request");
    const turn = named(transactionId, "transaction");
    expect([step.failed, step.statusMessage, turn.failed, turn.statusMessage]).toEqual([
      true,
      undefined,
      true,
      undefined,
    ]);
    expect(step.attributes["error.type"]).toEqual(expect.stringMatching(/^[a-z_]+$/));
    expect(turn.attributes).toMatchObject({
      "spoke.outcome": "failed",
      "spoke.step.id": "out",
      "error.type": step.attributes["error.type"],
    });
  });

  it("goes on in the same trace after a delay", async () => {
    await trace();
    const delay = { id: "wait", type: "delay", settings: { amount: 1, unit: "seconds" } };
    const { transactionId } = await post(graphOf([hook, delay, fields], ["hook -> wait", "wait -> fields"]));
    await expect.poll(() => receiver.of(transactionId).length).toBe(6);
    const turns = receiver.of(transactionId).filter((span) => span.name === "transaction");
    expect(turns.map((turn) => turn.attributes["spoke.outcome"])).toEqual(["waiting", "completed"]);
    expect(new Set(turns.map((turn) => turn.parentSpanId))).toEqual(new Set([named(transactionId, REQUEST).spanId]));
    expect(named(transactionId, "step set-fields").parentSpanId).toBe(turns[1]!.spanId);
  });

  it("carries no secret and nothing that was sent or answered", async () => {
    await trace({ OTEL_EXPORTER_OTLP_HEADERS: "x-collector-key=abc" });
    const { made, transactionId } = await post(asynchronous());
    await expect.poll(() => receiver.of(transactionId).length).toBe(5);
    const unknown = await web.send(`/api/webhook/${SECRET}`, { headers: json, body: SECRET });
    await expect.poll(() => receiver.text).toContain(String(unknown.headers["x-spoke-request-id"]));
    expect(receiver.text).not.toContain(SECRET);
    expect(receiver.text).not.toContain(made.identifier);
    expect(receiver.headers["x-collector-key"]).toBe("abc");
  });
});

describe("a caller's traceparent", () => {
  it("is continued over request, transaction and outside call", async () => {
    await trace();
    const { transactionId } = await post(asynchronous(), { traceparent: traceparent("01") });
    await expect.poll(() => receiver.of(transactionId).length).toBe(5);
    expect(named(transactionId, REQUEST)).toMatchObject({ traceId: CALLER.traceId, parentSpanId: CALLER.spanId });
    expect(named(transactionId, "transaction").parentSpanId).toBe(named(transactionId, REQUEST).spanId);
    expect(String(calls[0]?.traceparent).startsWith(`00-${CALLER.traceId}-`)).toBe(true);
  });

  it("that says not to record is passed on and records nothing", async () => {
    await trace();
    const { transactionId } = await post(asynchronous(), { traceparent: traceparent("00") });
    await ended(transactionId);
    const { transactionId: recorded } = await post(asynchronous());
    await expect.poll(() => receiver.of(recorded).length).toBe(5);
    expect(receiver.text).not.toContain(transactionId);
    expect(calls[0]?.traceparent).toMatch(new RegExp(`^00-${CALLER.traceId}-[0-9a-f]{16}-00$`));
  });

  it.each([
    ["is invalid", `00-${"0".repeat(32)}-${CALLER.spanId}-01`],
    ["comes twice", [traceparent("01"), traceparent("01")]],
  ])("that %s is ignored", async (_what, header) => {
    await trace();
    const { transactionId } = await post(synchronous(), { traceparent: header });
    await expect.poll(() => receiver.of(transactionId).length).toBe(4);
    expect(named(transactionId, REQUEST)).toMatchObject({
      traceId: transactionId.replaceAll("-", ""),
      parentSpanId: undefined,
    });
  });

  it("of a step's own making is left as it is", async () => {
    await trace();
    const own = call("out", { headers: [field("TraceParent", traceparent("00"))] });
    const { transactionId } = await post(graphOf([hook, own], ["hook -> out"]));
    await ended(transactionId);
    expect(calls.map((headers) => headers.traceparent)).toEqual([traceparent("00")]);
  });
});

describe("a replay", () => {
  it("has a trace of its own that points to the original's request", async () => {
    await trace();
    const original = await post(asynchronous(), { traceparent: traceparent("01") });
    await expect.poll(() => receiver.of(original.transactionId).length).toBe(5);
    const id = await replayTransaction(builder(original.made), original.transactionId, {});
    const again = await replayTransaction(builder(original.made), id, {});
    await expect.poll(() => [receiver.of(id).length, receiver.of(again).length]).toEqual([5, 5]);
    const replay = named(id, "replay");
    expect(replay).toMatchObject({
      traceId: id.replaceAll("-", ""),
      kind: "producer",
      links: [{ traceId: CALLER.traceId, spanId: named(original.transactionId, REQUEST).spanId }],
    });
    expect(named(id, "transaction").parentSpanId).toBe(replay.spanId);
    expect(named(again, "replay").links).toEqual([{ traceId: replay.traceId, spanId: replay.spanId }]);
  });
});

describe("sampling", () => {
  it("takes or leaves a trace whole", async () => {
    await trace({ OTEL_TRACES_SAMPLER: "parentbased_traceidratio", OTEL_TRACES_SAMPLER_ARG: "0.5" });
    const sent = await Promise.all(Array.from({ length: 40 }, () => post(synchronous())));
    await Promise.all(sent.map(({ transactionId }) => ended(transactionId)));
    const sizes = () => new Set(sent.map(({ transactionId }) => receiver.of(transactionId).length));
    await expect.poll(sizes).toEqual(new Set([0, 4]));
  });
});

describe("a receiver", () => {
  const send = async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => post(synchronous())));
    expect(answers.map(({ answer }) => answer.status)).toEqual(answers.map(() => 201));
  };

  it.each(["refuses", "hangs"] as const)("that %s costs no request and no end", async (mood) => {
    await trace();
    receiver.mood = mood;
    await send();
    await expect.poll(() => receiver.requests).toBeGreaterThan(0);
    await send();
    await activeTracing()?.stop();
    expect(activeTracing()).toBeUndefined();
  });

  it("that isn't there costs no request and no end", async () => {
    await trace({ OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:1" });
    await send();
    await activeTracing()?.stop();
  });

  it("gets what is left when the process ends", async () => {
    await trace({ OTEL_BSP_SCHEDULE_DELAY: "60000" });
    const { transactionId } = await post(synchronous());
    await ended(transactionId);
    expect(receiver.spans).toEqual([]);
    await activeTracing()?.stop();
    expect(receiver.of(transactionId).map((span) => span.name)).toContain(REQUEST);
  });
});

describe("without a receiver's address", () => {
  it.each([
    ["none is set", {}],
    ["the SDK is disabled", { OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:1", OTEL_SDK_DISABLED: "true" }],
    ["traces go nowhere", { OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:1", OTEL_TRACES_EXPORTER: "none" }],
  ])("nothing is traced when %s", async (_what, variables) => {
    await startTracing("web", variables);
    expect(activeTracing()).toBeUndefined();
    const { transactionId } = await post(asynchronous());
    await ended(transactionId);
    expect(calls.map((headers) => headers.traceparent)).toEqual([undefined]);
  });
});
