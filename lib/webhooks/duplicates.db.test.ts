import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Graph } from "@/lib/core/graph";
import type { Json } from "@/lib/core/json";
import { uuid7 } from "@/lib/db/ids";
import { type TestDatabase, testDatabase } from "@/lib/db/testing";
import { acceptTransactions } from "@/lib/queue/accept";
import { notifyReplies } from "@/lib/queue/notify";
import { duplicatePolicyOf } from "./duplicates";
import { startTestServer, type TestAnswer, type TestServer } from "./test-server";
import { asynchronousGraph, type MadeWebhook, makeWebhook, synchronousGraph } from "./testing";

let database: TestDatabase;
let web: TestServer;
/** Another web process on the same database. */
let otherWeb: TestServer;

beforeAll(async () => {
  database = await testDatabase();
  [web, otherWeb] = await Promise.all([startTestServer(database), startTestServer(database)]);
});
afterAll(async () => {
  await Promise.all([web.close(), otherWeb.close()]);
  await database.close();
});

/** The graph with these settings at its webhook. */
const graphWith = (graph: Graph, settings: Graph["steps"][number]["settings"]): Graph => ({
  ...graph,
  steps: graph.steps.map((step) => (step.id === "hook" ? { ...step, settings } : step)),
});
const byHeader = { duplicates: { kind: "header", header: "X-Event", windowSeconds: 60 } };
const byBody = { duplicates: { kind: "body", path: "order.id", windowSeconds: 60 } };

type Sent = { on?: TestServer; event?: string; body?: Json; query?: string };

const post = (to: MadeWebhook, { on = web, event, body = {}, query = "" }: Sent = {}) =>
  on.send(`/api/webhook/${to.identifier}${query}`, {
    headers: { "Content-Type": "application/json", ...(event === undefined ? {} : { "X-Event": event }) },
    body: JSON.stringify(body),
  });
const transactionIn = (answer: TestAnswer) => String(answer.headers["x-spoke-transaction-id"]);
const requestIn = (answer: TestAnswer) => String(answer.headers["x-spoke-request-id"]);
const transactionsOf = ({ cycleId }: MadeWebhook) => database.prisma.transaction.count({ where: { cycleId } });

async function respond(transactionId: string, status: number, body: string) {
  const response = JSON.stringify({ status, headers: [["Content-Type", "text/plain"]], body });
  await database.pool.query(
    `UPDATE "Transaction" SET state = 'COMPLETED', response = $2, "endedAt" = now() WHERE id = $1`,
    [transactionId, response],
  );
  await notifyReplies(database.pool, [transactionId]);
}

describe("a webhook with a key for duplicates", () => {
  it("makes exactly one transaction of 50 identical requests at the same moment on two web processes", async () => {
    const webhook = await makeWebhook(database.pool, { graph: graphWith(asynchronousGraph, byHeader) });
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, number) => post(webhook, { on: number % 2 ? web : otherWeb, event: "evt_1" })),
    );
    expect(new Set(answers.map(({ status, body }) => `${status} ${body}`))).toEqual(new Set(["200 Webhook accepted."]));
    const [transactionId, ...others] = new Set(answers.map(transactionIn));
    expect(others).toEqual([]);
    expect(await transactionsOf(webhook)).toBe(1);
    const [first] = await database.prisma.receipt.findMany({
      where: { transactionId: transactionId!, outcome: "ACCEPTED" },
    });
    const duplicates = { duplicateOf: first!.id, outcome: "DUPLICATE" as const, transactionId: transactionId! };
    await expect.poll(() => database.prisma.receipt.count({ where: duplicates })).toBe(49);
    const where = { webhookId: webhook.webhookId, outcome: "DUPLICATE" as const };
    // They may have come in two hours.
    const counted = async () =>
      (await database.prisma.receiptCount.aggregate({ where, _sum: { count: true } }))._sum.count;
    await Promise.all([web.door.recorder.flush(), otherWeb.door.recorder.flush()]);
    await expect.poll(counted).toBe(49);
  });

  it("records the key and the answer of a duplicate", async () => {
    const webhook = await makeWebhook(database.pool, { graph: graphWith(asynchronousGraph, byBody) });
    const first = await post(webhook, { body: { order: { id: "A-1" } } });
    const second = await post(webhook, { body: { order: { id: "A-1" }, again: true } });
    expect(transactionIn(second)).toBe(transactionIn(first));
    const find = () => database.prisma.receipt.findUnique({ where: { id: requestIn(second) } });
    await expect.poll(find).toMatchObject({
      ...{ outcome: "DUPLICATE", status: 200, duplicateOf: requestIn(first), reason: "Its key is A-1" },
      answer: { body: "Webhook accepted.", headers: expect.arrayContaining([["Content-Type", expect.any(String)]]) },
    });
  });

  it.each([
    { key: { kind: "header", header: "authorization" }, isSecretKey: true },
    { key: { kind: "query", parameter: "Token" }, isSecretKey: true },
    { key: { kind: "header", header: "X-Hook" }, isSecretKey: true },
    { key: { kind: "header", header: "X-Event" }, isSecretKey: false },
    { key: { kind: "body", path: "token" }, isSecretKey: false },
  ])("knows whether $key is where senders put secrets", ({ key, isSecretKey }) => {
    const check = { kind: "token", in: "header", name: "x-hook", prefix: "" };
    const policy = duplicatePolicyOf({ duplicates: { ...key, windowSeconds: 60 }, check });
    expect(policy).toMatchObject({ isSecretKey });
  });

  it("records a key that is a secret without showing it", async () => {
    const byToken = { duplicates: { kind: "query", parameter: "token", windowSeconds: 60 } };
    const webhook = await makeWebhook(database.pool, { graph: graphWith(asynchronousGraph, byToken) });
    const answers = [await post(webhook, { query: "?token=s3cret" }), await post(webhook, { query: "?token=s3cret" })];
    expect(new Set(answers.map(transactionIn)).size).toBe(1);
    const find = () => database.prisma.receipt.findUnique({ where: { id: requestIn(answers[1]!) } });
    await expect.poll(find).toMatchObject({ outcome: "DUPLICATE", reason: "Its key is ••••" });
  });

  it("takes requests with other keys, without one, and to other webhooks as they come", async () => {
    const graph = graphWith(asynchronousGraph, byBody);
    const [webhook, another] = await Promise.all([
      makeWebhook(database.pool, { graph }),
      makeWebhook(database.pool, { graph }),
    ]);
    const bodies: Json[] = [{ order: { id: "A-1" } }, { order: { id: "A-2" } }, {}, {}, { order: { id: null } }];
    const answers = await Promise.all([
      ...bodies.map((body) => post(webhook, { body })),
      post(another, { body: bodies[0]! }),
    ]);
    expect(new Set(answers.map(transactionIn)).size).toBe(6);
  });

  it("tells long keys apart, and keys that are no text, by all of them", async () => {
    const webhook = await makeWebhook(database.pool, { graph: graphWith(asynchronousGraph, byBody) });
    const long = "x".repeat(20_000);
    const ids: Json[] = [`${long}a`, `${long}b`, 7, true, { a: [1] }, { a: [2] }, ["x"], "a\u0000b", "\ud800"];
    const once = await Promise.all(ids.map((id) => post(webhook, { body: { order: { id } } })));
    const again = await Promise.all(ids.map((id) => post(webhook, { on: otherWeb, body: { order: { id }, n: 2 } })));
    expect(once.map(({ status }) => status)).toEqual(ids.map(() => 200));
    expect(again.map(transactionIn)).toEqual(once.map(transactionIn));
    expect(await transactionsOf(webhook)).toBe(ids.length);
    const find = () => database.prisma.receipt.findUnique({ where: { id: requestIn(again[0]!) } });
    await expect.poll(find).toMatchObject({ reason: expect.stringMatching(/^Its key is sha256:[0-9a-f]{64}$/) });
  });

  it("queues the first while the cycle is stopped, and knows its duplicates", async () => {
    const wish = { state: "STOPPED" as const, stoppedAt: new Date() };
    const webhook = await makeWebhook(database.pool, { ...wish, graph: graphWith(asynchronousGraph, byHeader) });
    const [first, second] = [await post(webhook, { event: "evt_1" }), await post(webhook, { event: "evt_1" })];
    expect(transactionIn(second)).toBe(transactionIn(first));
    expect(await transactionsOf(webhook)).toBe(1);
  });

  it("knows the check whose sender gives the ids", async () => {
    const settings = { check: { kind: "stripe" }, duplicates: { kind: "preset", windowSeconds: 60 } };
    const webhook = await makeWebhook(database.pool, { graph: graphWith(asynchronousGraph, settings) });
    const cached = await web.door.cache.find(webhook.identifier);
    expect(cached?.duplicates).toMatchObject({ check: { kind: "stripe" }, duplicates: { windowSeconds: 60 } });
  });
});

describe("a synchronous webhook with a key for duplicates", () => {
  it("gives every duplicate the first one's response: while it runs, on another process, and after it ended", async () => {
    const webhook = await makeWebhook(database.pool, { graph: graphWith(synchronousGraph, byHeader) });
    const first = post(webhook, { event: "evt_1" });
    const find = () => database.prisma.transaction.findFirst({ where: { cycleId: webhook.cycleId } });
    await expect.poll(find).not.toBeNull();
    const { id } = (await find())!;
    const meanwhile = [post(webhook, { event: "evt_1" }), post(webhook, { on: otherWeb, event: "evt_1" })];
    await expect.poll(() => otherWeb.door.waiters.size).toBe(1);
    await respond(id, 404, "none");
    const answers = [await first, ...(await Promise.all(meanwhile)), await post(webhook, { event: "evt_1" })];
    expect(answers.map(({ status, body }) => [status, body])).toEqual(Array(4).fill([404, "none"]));
    expect(new Set(answers.map(transactionIn))).toEqual(new Set([id]));
    expect(await transactionsOf(webhook)).toBe(1);
    expect(web.door.waiters.size + otherWeb.door.waiters.size).toBe(0);
    const find404 = () =>
      database.prisma.receipt.count({ where: { transactionId: id, outcome: "DUPLICATE", status: 404 } });
    await expect.poll(find404).toBe(3);
  });

  it("answers a duplicate 202 with the first one's status URL at the deadline", async () => {
    const settings = { ...byHeader, syncTimeoutSeconds: 1 };
    const webhook = await makeWebhook(database.pool, { graph: graphWith(synchronousGraph, settings) });
    const answers = await Promise.all([post(webhook, { event: "evt_1" }), post(webhook, { event: "evt_1" })]);
    expect(answers.map(({ status }) => status)).toEqual([202, 202]);
    expect(answers[1]!.body).toBe(answers[0]!.body);
  });

  it("says that it was accepted when the first one's transaction is gone", async () => {
    const webhook = await makeWebhook(database.pool, {
      ...{ state: "STOPPED", stoppedAt: new Date() },
      graph: graphWith(synchronousGraph, byHeader),
    });
    await post(webhook, { event: "evt_1" });
    await database.prisma.transaction.deleteMany({ where: { cycleId: webhook.cycleId } });
    expect(await post(webhook, { event: "evt_1" })).toMatchObject({ status: 200, body: "Webhook accepted." });
  });
});

describe("a mid-cycle webhook with a key for duplicates", () => {
  const graph: Graph = {
    steps: [
      { id: "start", type: "webhook", name: "start", position: { x: 0, y: 0 }, settings: {} },
      {
        ...{ id: "hook", type: "webhook", name: "hook", position: { x: 300, y: 0 } },
        settings: { ...byHeader, matchIncoming: "body.id", keepEarlySeconds: 600 },
      },
    ],
    edges: [{ from: "start", exit: "next", to: "hook" }],
    variables: [],
  };

  /** A transaction that has reached the webhook with this value. */
  async function reach({ accountId, cycleId, versionId }: MadeWebhook, value: string): Promise<string> {
    const transactionId = uuid7();
    const entry = { transactionId, accountId, cycleId, versionId: versionId!, stepId: "start", lane: 1 as const };
    await acceptTransactions(database.pool, [
      { ...entry, synchronous: false, statusToken: null, receipt: null, input: {} },
    ]);
    const { seq } = await database.prisma.transaction.findUniqueOrThrow({ where: { id: transactionId } });
    const place = { transactionId, stepId: "hook", accountId, cycleId };
    await database.prisma.reachedWebhook.create({ data: { ...place, seq, value, held: false, since: new Date() } });
    return transactionId;
  }

  it("continues the transaction once for requests that are the same, on two web processes", async () => {
    const webhook = await makeWebhook(database.pool, { graph });
    const transactionId = await reach(webhook, "A-1");
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, number) =>
        post(webhook, { on: number % 2 ? web : otherWeb, event: "evt_1", body: { id: "A-1" } }),
      ),
    );
    expect(new Set(answers.map((answer) => `${answer.body} ${transactionIn(answer)}`))).toEqual(
      new Set([`Webhook accepted. ${transactionId}`]),
    );
    expect(await database.prisma.continuation.count({ where: { transactionId } })).toBe(1);
    await post(webhook, { event: "evt_2", body: { id: "A-1" } });
    expect(await database.prisma.continuation.count({ where: { transactionId } })).toBe(2);
  });

  it("keeps an early request once", async () => {
    const webhook = await makeWebhook(database.pool, { graph });
    const [first, second] = [
      await post(webhook, { event: "evt_1", body: { id: "A-1" } }),
      await post(webhook, { event: "evt_1", body: { id: "A-1" } }),
    ];
    expect([first.body, second.body]).toEqual(["Webhook accepted.", "Webhook accepted."]);
    expect(await database.prisma.keptRequest.count({ where: { cycleId: webhook.cycleId } })).toBe(1);
    const find = () => database.prisma.receipt.findUnique({ where: { id: requestIn(second) } });
    await expect.poll(find).toMatchObject({ outcome: "DUPLICATE", duplicateOf: requestIn(first), transactionId: null });
  });

  it("lets the retry of a request that matched nothing match later", async () => {
    const strict = structuredClone(graph);
    strict.steps[1]!.settings = { ...byHeader, matchIncoming: "body.id" };
    const webhook = await makeWebhook(database.pool, { graph: strict });
    const sent = { event: "evt_1", body: { id: "A-1" } };
    expect((await post(webhook, sent)).headers["x-spoke-transaction-id"]).toBeUndefined();
    const transactionId = await reach(webhook, "A-1");
    expect(transactionIn(await post(webhook, sent))).toBe(transactionId);
  });
});
