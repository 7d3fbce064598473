import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { STOPPED_QUEUE_MS } from "@/lib/core/cycle-state";
import { type TestDatabase, testDatabase } from "@/lib/db/testing";
import { startTestServer, type TestServer } from "./test-server";
import { type MadeWebhook, makeWebhook } from "./testing";

const NOW = Date.UTC(2026, 5, 1, 12);

let database: TestDatabase;
let web: TestServer;
let webhook: MadeWebhook;

beforeAll(async () => {
  database = await testDatabase();
  web = await startTestServer(database, { now: () => NOW });
  webhook = await makeWebhook(database.pool);
});
afterAll(async () => {
  await web.close();
  await database.close();
});

const pathOf = ({ identifier }: { identifier: string }) => `/api/webhook/${identifier}`;
const json = { "Content-Type": "application/json" };
const receiptOf = (id: unknown) => database.prisma.receipt.findUnique({ where: { id: String(id) } });

describe("the answers in their order", () => {
  it("1: an unknown identifier is 404, whatever the method", async () => {
    const answers = await Promise.all(
      ["POST", "GET", "PUT"].map((method) => web.send("/api/webhook/aaaaaaaaaaaaaaaaaaaaaa", { method })),
    );
    expect(answers.map(({ status, body }) => [status, body])).toEqual([
      [404, "Webhook not found."],
      [404, "Webhook not found."],
      [404, "Webhook not found."],
    ]);
  });

  it.each(["", "short", "../../etc/passwd", "aaaaaaaaaaaaaaaaaaaaaa/more", "%00"])(
    "1: a malformed identifier (%j) is 404",
    async (identifier) => {
      expect(await web.send(`/api/webhook/${identifier}`)).toMatchObject({ status: 404, body: "Webhook not found." });
    },
  );

  it.each(["PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND"])("2: %s is 405", async (method) => {
    const answer = await web.send(pathOf(webhook), { method, headers: json, body: "{}" });
    expect(answer).toMatchObject({ status: 405, body: "Method not allowed. Send a POST request." });
    expect(answer.headers.allow).toBe("GET, HEAD, POST");
  });

  it("3: a body over the limit is 413, announced or in chunks", async () => {
    const large = Buffer.alloc(100_001, " ");
    const answer = { status: 413, body: "Webhook payload is too large. The limit is 100000 bytes." };
    expect(await web.send(pathOf(webhook), { body: large })).toMatchObject(answer);
    expect(await web.send(pathOf(webhook), { body: [large] })).toMatchObject(answer);
    expect(await web.send(pathOf(webhook), { body: Buffer.alloc(100_000, " ") })).toMatchObject({ status: 200 });
  });

  it.each([
    ["gzip", gzipSync],
    ["deflate", deflateSync],
    ["br", brotliCompressSync],
  ])("3: a body that grows over the limit when %s is undone is 413", async (encoding, compress) => {
    const bomb = compress(Buffer.alloc(2_000_000));
    const answer = await web.send(pathOf(webhook), { headers: { "Content-Encoding": encoding }, body: bomb });
    expect(answer).toMatchObject({ status: 413, body: "Webhook payload is too large. The limit is 100000 bytes." });
  });

  it("3 comes before 7 and 8: a GET with too large a body is 413", async () => {
    const answer = await web.send(pathOf(webhook), { method: "GET", body: Buffer.alloc(100_001) });
    expect(answer.status).toBe(413);
  });

  it.each(["NEVER_STARTED", "RUNNING", "STOPPED"] as const)(
    "7: GET and HEAD find a webhook that is %s",
    async (state) => {
      const made = await makeWebhook(database.pool, { state, stoppedAt: new Date(NOW - 2 * STOPPED_QUEUE_MS) });
      const [get, head] = await Promise.all([
        web.send(pathOf(made), { method: "GET" }),
        web.send(pathOf(made), { method: "HEAD" }),
      ]);
      expect(get).toMatchObject({ status: 200, body: "Webhook found." });
      expect(head).toMatchObject({ status: 200, body: "" });
      expect(head.headers["content-length"]).toBe("14");
      expect(await database.prisma.transaction.count({ where: { cycleId: made.cycleId } })).toBe(0);
    },
  );

  it.each([
    { state: "NEVER_STARTED", stoppedMs: undefined, status: 406 },
    { state: "RUNNING", stoppedMs: undefined, status: 200 },
    { state: "FINISHING", stoppedMs: undefined, status: 200 },
    { state: "STOPPED", stoppedMs: STOPPED_QUEUE_MS - 1, status: 200 },
    { state: "STOPPED", stoppedMs: STOPPED_QUEUE_MS, status: 406 },
  ] as const)(
    "8: a POST to a cycle that is $state ($stoppedMs ms) is $status",
    async ({ state, stoppedMs = 0, status }) => {
      const made = await makeWebhook(database.pool, { state, stoppedAt: new Date(NOW - stoppedMs) });
      const answer = await web.send(pathOf(made), { headers: json, body: "{}" });
      const bodies = { 200: "Webhook accepted.", 406: "Please make sure your webhook is active." };
      expect(answer).toMatchObject({ status, body: bodies[status] });
      expect(await database.prisma.job.count({ where: { cycleId: made.cycleId } })).toBe(status === 200 ? 1 : 0);
    },
  );

  it("8: a step that only the draft has is not active", async () => {
    const unpublished = await makeWebhook(database.pool, { graph: null });
    const newStep = await makeWebhook(database.pool, { stepId: "not_published" });
    expect(await web.send(pathOf(unpublished), { body: "{}" })).toMatchObject({ status: 406 });
    expect(await web.send(pathOf(newStep), { body: "{}" })).toMatchObject({ status: 406 });
  });

  it("8 comes before 9: what can't be read is 406 while the cycle isn't active", async () => {
    const made = await makeWebhook(database.pool, { state: "NEVER_STARTED" });
    expect(await web.send(pathOf(made), { headers: json, body: "{" })).toMatchObject({ status: 406 });
  });

  it.each([
    ["JSON that ends early", json, "{"],
    ["text that is no UTF-8", { "Content-Type": "text/plain" }, Buffer.from([0xff, 0xfe, 0x41])],
    ["gzip that is none", { ...json, "Content-Encoding": "gzip" }, "{}"],
    ["an unknown encoding", { ...json, "Content-Encoding": "zip" }, "{}"],
    ["a key that would reach a prototype", json, '{"__proto__":{}}'],
  ])("9: %s is 400 with the reason", async (_what, headers, body) => {
    const before = await database.prisma.transaction.count();
    const answer = await web.send(pathOf(webhook), { headers, body });
    expect(answer.status).toBe(400);
    expect(answer.body).toMatch(/^Webhook body could not be read: .+/);
    expect(await database.prisma.transaction.count()).toBe(before);
  });

  it("9: a query that would reach a prototype is 400", async () => {
    const answer = await web.send(`${pathOf(webhook)}?__proto__[a]=1`, { headers: json, body: "{}" });
    expect(answer.status).toBe(400);
  });

  it("accepts, with receipt and transaction stored before the answer", async () => {
    const answer = await web.send(`${pathOf(webhook)}?a=1`, { headers: json, body: '{"order":7}' });
    expect(answer).toMatchObject({ status: 200, body: "Webhook accepted." });
    expect(answer.headers["content-type"]).toBe("text/plain; charset=utf-8");
    const transactionId = String(answer.headers["x-spoke-transaction-id"]);
    const receipt = await receiptOf(answer.headers["x-spoke-request-id"]);
    expect(receipt).toMatchObject({
      webhookId: webhook.webhookId,
      accountId: webhook.accountId,
      cycleId: webhook.cycleId,
      method: "POST",
      query: "a=1",
      clientIp: "127.0.0.1",
      contentType: "application/json",
      sizeBytes: 11,
      bodyCut: false,
      outcome: "ACCEPTED",
      status: 200,
      transactionId,
    });
    expect(Buffer.from(receipt!.body!).toString()).toBe('{"order":7}');
    const transaction = await database.prisma.transaction.findUniqueOrThrow({ where: { id: transactionId } });
    expect(transaction).toMatchObject({
      versionId: webhook.versionId,
      stepId: "hook",
      state: "QUEUED",
      synchronous: false,
    });
    const job = await database.prisma.job.findFirst({ where: { transactionId } });
    expect(job).toMatchObject({ lane: 1, status: "READY", seq: transaction.seq });
  });
});

describe("bodies", () => {
  it.each([
    ["gzip", gzipSync],
    ["deflate", deflateSync],
    ["deflate", deflateRawSync],
    ["br", brotliCompressSync],
  ])("keeps a %s body decompressed, with its size as received", async (encoding, compress) => {
    const content = JSON.stringify({ text: "a".repeat(5_000) });
    const packed = compress(content);
    const answer = await web.send(pathOf(webhook), {
      headers: { ...json, "Content-Encoding": encoding },
      body: packed,
    });
    expect(answer.status).toBe(200);
    const receipt = await receiptOf(answer.headers["x-spoke-request-id"]);
    expect(Buffer.from(receipt!.body!).toString()).toBe(content);
    expect(receipt).toMatchObject({ sizeBytes: packed.length, bodyCut: false });
  });

  it("joins a body that comes in chunks", async () => {
    const answer = await web.send(pathOf(webhook), { headers: json, body: ['{"a":', '"', "ü", '"}'] });
    const receipt = await receiptOf(answer.headers["x-spoke-request-id"]);
    expect(Buffer.from(receipt!.body!).toString()).toBe('{"a":"ü"}');
  });

  it("accepts a POST without a body", async () => {
    const answer = await web.send(pathOf(webhook));
    expect(answer.status).toBe(200);
    expect(await receiptOf(answer.headers["x-spoke-request-id"])).toMatchObject({ body: null, sizeBytes: 0 });
  });
});

describe("headers", () => {
  it("carries an id on every answer and lets no answer run in a browser", async () => {
    const answers = await Promise.all([
      web.send("/api/webhook/unknown"),
      web.send(pathOf(webhook), { method: "GET" }),
      web.send(pathOf(webhook), { body: "{}" }),
    ]);
    expect(
      answers.map(({ headers }) => [headers["content-security-policy"], headers["x-content-type-options"]]),
    ).toEqual(Array(3).fill(["sandbox", "nosniff"]));
    expect(new Set(answers.map(({ headers }) => headers["x-spoke-request-id"])).size).toBe(3);
    expect(answers.map(({ headers }) => typeof headers["x-spoke-transaction-id"])).toEqual([
      "undefined",
      "undefined",
      "string",
    ]);
  });

  it("records headers as they came, repeated ones and odd names included, but no session of our own users", async () => {
    const headers = {
      "X-Two": ["1", "2"],
      constructor: "c",
      __proto__x: "p",
      Cookie: "a=1; __Secure-next-auth.session-token=secret; b=2",
    };
    const answer = await web.send(pathOf(webhook), { headers, body: "{}" });
    const receipt = await receiptOf(answer.headers["x-spoke-request-id"]);
    expect(receipt!.headers).toEqual(
      expect.arrayContaining([
        ["X-Two", "1"],
        ["X-Two", "2"],
        ["constructor", "c"],
        ["__proto__x", "p"],
        ["Cookie", "a=1; b=2"],
      ]),
    );
  });

  it("believes X-Forwarded-For only from trusted proxies", async () => {
    const trusting = await startTestServer(database, { settings: { TRUSTED_PROXIES: ["127.0.0.0/8", "10.0.0.0/8"] } });
    const headers = { "X-Forwarded-For": "198.51.100.1, 203.0.113.9, 10.1.1.1" };
    const direct = await web.send(pathOf(webhook), { headers, body: "{}" });
    const proxied = await trusting.send(pathOf(webhook), { headers, body: "{}" });
    const lines = ["198.51.100.1", "203.0.113.9, 10.1.1.1"];
    const inLines = await trusting.send(pathOf(webhook), { headers: { "X-Forwarded-For": lines }, body: "{}" });
    await trusting.close();
    expect(await receiptOf(inLines.headers["x-spoke-request-id"])).toMatchObject({ clientIp: "203.0.113.9" });
    expect(await receiptOf(direct.headers["x-spoke-request-id"])).toMatchObject({ clientIp: "127.0.0.1" });
    expect(await receiptOf(proxied.headers["x-spoke-request-id"])).toMatchObject({ clientIp: "203.0.113.9" });
  });
});

describe("other paths", () => {
  it("leaves everything else to the app", async () => {
    expect(await web.send("/sign-in", { method: "GET" })).toMatchObject({ status: 404, body: "the app" });
  });

  it("says that the process lives", async () => {
    expect(await web.send("/healthz", { method: "GET" })).toMatchObject({ status: 200, body: "Alive." });
  });
});
