import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type TestDatabase, testDatabase } from "@/lib/db/testing";
import { deleteEnded } from "@/lib/queue/delete-ended";
import { notifyCycles } from "@/lib/queue/notify";
import { readBytesOfWebhook } from "@/lib/queue/stored-bytes";
import { startTestServer, type TestServer } from "./test-server";
import { type MadeWebhook, makeWebhook } from "./testing";

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase({ maxConnections: 20 });
});
afterAll(() => database.close());

const json = { headers: { "Content-Type": "application/json" }, body: `{"a":1}` };
const pathOf = ({ identifier }: { identifier: string }) => `/api/webhook/${identifier}`;
const setAccount = ({ accountId }: MadeWebhook, data: object) =>
  database.prisma.account.update({ where: { id: accountId }, data });
const setWebhook = ({ webhookId }: MadeWebhook, data: object) =>
  database.prisma.webhook.update({ where: { id: webhookId }, data });
const receiptsOf = ({ webhookId }: MadeWebhook) =>
  database.prisma.receipt.findMany({ where: { webhookId }, orderBy: { id: "asc" } });

/** Sends many requests together, so that a limit of one a second refuses some of them also where each takes long. */
const sendTogether = (web: TestServer, webhook: MadeWebhook) =>
  Promise.all(Array.from({ length: 12 }, () => web.send(pathOf(webhook), json)));

describe("requests over a limit", () => {
  it("get 429 with Retry-After before their body is read, and the receipt says which limit", async () => {
    const webhook = await makeWebhook(database.pool);
    await database.prisma.webhook.update({
      where: { id: webhook.webhookId },
      data: { requestsPerSecond: 1, requestBurst: 2 },
    });
    const web = await startTestServer(database);
    for (const _ of [1, 2]) expect(await web.send(pathOf(webhook), json)).toMatchObject({ status: 200 });
    const over = (await sendTogether(web, webhook)).find(({ status }) => status !== 200);
    expect(over).toMatchObject({ status: 429, body: "Too many requests. Try again later." });
    expect(over?.headers["retry-after"]).toBe("1");
    await web.close();
    const refused = (await receiptsOf(webhook)).find(({ outcome }) => outcome !== "ACCEPTED");
    expect(refused).toMatchObject({
      outcome: "OVER_LIMIT",
      status: 429,
      body: null,
      transactionId: null,
      reason: "More than the webhook's limit of 1 request per second (2 at once).",
    });
  });

  it("of the account are counted over its webhooks, and leave other accounts alone", async () => {
    const [webhook, other] = [await makeWebhook(database.pool), await makeWebhook(database.pool)];
    await setAccount(webhook, { requestsPerSecond: 1 });
    const web = await startTestServer(database);
    const [answers, others] = await Promise.all([sendTogether(web, webhook), sendTogether(web, other)]);
    await web.close();
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 429]));
    expect(new Set(others.map(({ status }) => status))).toEqual(new Set([200]));
  });

  it("are let through from the moment in which the limit is taken away", async () => {
    const webhook = await makeWebhook(database.pool);
    await setAccount(webhook, { requestsPerSecond: 1 });
    const web = await startTestServer(database);
    const answers = async () => new Set((await sendTogether(web, webhook)).map(({ status }) => status));
    expect(await answers()).toEqual(new Set([200, 429]));
    await setAccount(webhook, { requestsPerSecond: null });
    await notifyCycles(database.pool, [webhook.cycleId]);
    await expect.poll(answers).toEqual(new Set([200]));
    await web.close();
  });
});

describe("an account that keeps as much as it may", () => {
  it("takes no more, whichever process stored what it keeps", async () => {
    const webhook = await makeWebhook(database.pool);
    await setAccount(webhook, { storedBytesLimit: 10 });
    const first = await startTestServer(database);
    for (const _ of [1, 2]) expect(await first.send(pathOf(webhook), json)).toMatchObject({ status: 200 });
    const full = await first.send(pathOf(webhook), json);
    expect(full).toMatchObject({ status: 429 });
    expect(full.headers["retry-after"]).toBe("3600");
    await first.close();
    const stored = await database.prisma.storedBytes.findMany({ where: { accountId: webhook.accountId } });
    expect(stored.reduce((sum, { bytes }) => sum + Number(bytes), 0)).toBe(14);
    const second = await startTestServer(database);
    expect(await second.send(pathOf(webhook), json)).toMatchObject({ status: 429 });
    await second.close();
  });
});

describe("a webhook that keeps as much as it may", () => {
  it("takes no more, whichever process stored what it keeps, and others of its account do", async () => {
    const webhook = await makeWebhook(database.pool);
    await setWebhook(webhook, { storedBytesLimit: 10 });
    const first = await startTestServer(database);
    for (const _ of [1, 2]) expect(await first.send(pathOf(webhook), json)).toMatchObject({ status: 200 });
    const full = await first.send(pathOf(webhook), json);
    expect(full).toMatchObject({ status: 429, body: "Too many requests. Try again later." });
    expect(full.headers["retry-after"]).toBe("3600");
    await first.close();
    const second = await startTestServer(database);
    expect(await second.send(pathOf(webhook), json)).toMatchObject({ status: 429 });
    await setAccount(webhook, { storedBytesLimit: 15 });
    await setWebhook(webhook, { storedBytesLimit: null });
    await notifyCycles(database.pool, [webhook.cycleId]);
    await expect.poll(async () => (await second.send(pathOf(webhook), json)).status).toBe(200);
    await second.close();
    expect((await receiptsOf(webhook)).find(({ outcome }) => outcome === "OVER_LIMIT")).toMatchObject({
      status: 429,
      body: null,
      reason: "The webhook keeps 14 bytes of requests; its limit is 10.",
    });
  });

  it("is counted from the beginning, also where it has no limit", async () => {
    const webhook = await makeWebhook(database.pool);
    const other = await makeWebhook(database.pool);
    const web = await startTestServer(database);
    for (const to of [webhook, webhook, webhook, other]) await web.send(pathOf(to), json);
    await web.close();
    const kept = await Promise.all(
      [webhook, other].map(({ webhookId }) => readBytesOfWebhook(database.pool, webhookId)),
    );
    expect(kept).toEqual([21, 7]);
  });
});

describe("what a webhook and its account keep", () => {
  it("gets less with each transaction that is past its retention", async () => {
    const webhook = await makeWebhook(database.pool);
    const web = await startTestServer(database);
    for (const _ of [1, 2]) await web.send(pathOf(webhook), json);
    await web.close();
    const [first] = await receiptsOf(webhook);
    const where = { accountId: webhook.accountId };
    await database.prisma.transaction.updateMany({ where, data: { state: "COMPLETED", endedAt: new Date() } });
    await deleteEnded(database.pool, [{ id: first!.transactionId!, receiptId: first!.id }]);
    expect((await database.prisma.storedBytes.aggregate({ where, _sum: { bytes: true } }))._sum.bytes).toBe(7n);
    expect(await readBytesOfWebhook(database.pool, webhook.webhookId)).toBe(7);
  });
});

describe("the door while the database stores nothing", () => {
  it("turns requests away unread, and lets them in by itself when it stores again", async () => {
    const webhook = await makeWebhook(database.pool);
    const pool = new pg.Pool({ connectionString: database.url, max: 4 });
    const backlog = { items: 20, bytes: 1e9, oldestMs: 60_000 };
    const web = await startTestServer(database, { pool, tooMuch: backlog, little: { ...backlog, items: 1 } });
    await web.send(pathOf(webhook), json);
    const lock = await database.pool.connect();
    await lock.query(`BEGIN; LOCK TABLE "Job" IN ACCESS EXCLUSIVE MODE`);
    const large = { ...json, body: JSON.stringify({ text: "x".repeat(50_000) }) };
    const sent = [web.send(pathOf(webhook), large)];
    await database.waiting(lock);
    // Behind what is being stored just as many as close the door, so that none of them comes after it.
    for (let item = 0; item < backlog.items; item++) sent.push(web.send(pathOf(webhook), large));
    await expect.poll(() => web.door.gate.isClosed).toBe(true);
    const held = web.door.bodyBudget.heldBytes;
    const turnedAway = await Promise.all(Array.from({ length: 50 }, () => web.send(pathOf(webhook), large)));
    expect(new Set(turnedAway.map(({ status }) => status))).toEqual(new Set([503]));
    expect(turnedAway[0]!.headers["retry-after"]).toBe("5");
    expect(web.door.bodyBudget.heldBytes).toBeLessThanOrEqual(held);
    await lock.query("ROLLBACK");
    lock.release();
    const answers = (await Promise.all(sent)).map(({ status }) => status);
    await expect.poll(async () => (await web.send(pathOf(webhook), json)).status).toBe(200);
    await web.close();
    await pool.end();
    const accepted = await database.prisma.transaction.count({ where: { cycleId: webhook.cycleId } });
    expect(accepted).toBe(2 + answers.filter((status) => status === 200).length);
  });
});
