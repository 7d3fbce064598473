import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type TestDatabase, testDatabase } from "@/lib/db/testing";
import { UNKNOWN_WEBHOOK_ID } from "@/lib/queue/receipts";
import { REFUSED_RECEIPTS_PER_HOUR } from "./recorder";
import { startTestServer, type TestServer } from "./test-server";
import { type MadeWebhook, makeWebhook } from "./testing";

const NOW = Date.UTC(2026, 5, 1, 12, 30);
const HOUR = new Date(Date.UTC(2026, 5, 1, 12));

let database: TestDatabase;
let web: TestServer;
let nowMs = NOW;

beforeAll(async () => {
  database = await testDatabase();
  web = await startTestServer(database, { now: () => nowMs });
});
afterAll(async () => {
  await web.close();
  await database.close();
});

const pathOf = ({ identifier }: MadeWebhook) => `/api/webhook/${identifier}`;
const countsOf = (webhookId: string) =>
  database.prisma.receiptCount.findMany({ where: { webhookId }, orderBy: [{ hour: "asc" }, { outcome: "asc" }] });
const receiptsOf = (webhookId: string) =>
  database.prisma.receipt.findMany({ where: { webhookId, outcome: { not: "ACCEPTED" } }, orderBy: { id: "asc" } });

describe("the records of requests", () => {
  it("keep every refused request, its body cut at 4 KiB", async () => {
    const webhook = await makeWebhook(database.pool, { state: "NEVER_STARTED" });
    const body = "x".repeat(10_000);
    await web.send(pathOf(webhook), { headers: { "Content-Type": "text/plain" }, body });
    await web.send(pathOf(webhook), { method: "PUT", body });
    await web.send(pathOf(webhook), { method: "GET" });
    await web.send(pathOf(webhook), { body: Buffer.alloc(100_001) });
    await expect
      .poll(() => receiptsOf(webhook.webhookId))
      .toMatchObject([
        { outcome: "NOT_ACTIVE", status: 406, sizeBytes: 10_000, bodyCut: true, contentType: "text/plain" },
        { outcome: "METHOD_NOT_ALLOWED", status: 405, sizeBytes: 10_000, bodyCut: true, method: "PUT" },
        { outcome: "FOUND", status: 200, sizeBytes: 0, bodyCut: false, body: null },
        { outcome: "TOO_LARGE", status: 413, sizeBytes: 100_001, bodyCut: true },
      ]);
    const receipts = await receiptsOf(webhook.webhookId);
    expect(receipts.map((receipt) => receipt.body?.length ?? 0)).toEqual([4096, 4096, 0, 4096]);
  });

  it("keep the whole body while someone listens", async () => {
    const webhook = await makeWebhook(database.pool, { state: "NEVER_STARTED" });
    await database.prisma.webhook.update({
      where: { id: webhook.webhookId },
      data: { listeningUntil: new Date(nowMs + 60_000) },
    });
    await web.send(pathOf(webhook), { body: "x".repeat(10_000) });
    await expect.poll(() => receiptsOf(webhook.webhookId)).toMatchObject([{ bodyCut: false, sizeBytes: 10_000 }]);
    const [receipt] = await receiptsOf(webhook.webhookId);
    expect(receipt?.body?.length).toBe(10_000);
  });

  it("name the reason why a body could not be read", async () => {
    const webhook = await makeWebhook(database.pool);
    const answer = await web.send(pathOf(webhook), { headers: { "Content-Type": "application/json" }, body: "{" });
    await expect
      .poll(() => receiptsOf(webhook.webhookId))
      .toMatchObject([{ outcome: "UNREADABLE", reason: answer.body.replace("Webhook body could not be read: ", "") }]);
  });

  it("record requests to identifiers that no webhook has", async () => {
    await web.send("/api/webhook/Nobody0has0this0one000?a=1", { body: "hello" });
    const where = { identifier: "Nobody0has0this0one000" };
    await expect
      .poll(() => database.prisma.receipt.findMany({ where }))
      .toMatchObject([{ webhookId: null, accountId: null, outcome: "NOT_FOUND", status: 404, query: "a=1" }]);
  });

  it("sum up requests by hour and outcome, over all processes, and the time of the last one", async () => {
    const webhook = await makeWebhook(database.pool);
    const other = await startTestServer(database, { now: () => nowMs + 1_000 });
    for (const server of [web, other, web]) await server.send(pathOf(webhook), { body: "{}" });
    await other.send(pathOf(webhook), { method: "GET" });
    await other.close();
    await web.door.recorder.flush();
    expect(await countsOf(webhook.webhookId)).toMatchObject([
      { hour: HOUR, outcome: "ACCEPTED", count: 3, unrecorded: 0 },
      { hour: HOUR, outcome: "FOUND", count: 1, unrecorded: 0 },
    ]);
    const row = await database.prisma.webhook.findUniqueOrThrow({ where: { id: webhook.webhookId } });
    expect(row.lastRequestAt).toEqual(new Date(nowMs + 1_000));
  });

  it("stop at the hour's cap and count the rest; the next hour begins anew; accepted ones are always kept", async () => {
    const webhook = await makeWebhook(database.pool);
    const cached = await web.door.cache.find(webhook.identifier);
    await database.pool.query(
      `INSERT INTO "ReceiptCount" ("webhookId", hour, outcome, count, unrecorded) VALUES ($1, $2, 'FOUND', $3, 5)`,
      [cached?.webhookId, HOUR, REFUSED_RECEIPTS_PER_HOUR - 2 + 5],
    );
    await web.send(pathOf(webhook), { method: "GET" }); // learns what other processes have recorded
    await web.door.recorder.flush();
    await web.send(pathOf(webhook), { method: "GET" });
    await web.send(pathOf(webhook), { method: "GET" });
    await web.send(pathOf(webhook), { method: "PUT" }); // hidden by none of the others
    await web.send(pathOf(webhook), { body: "{}" });
    nowMs = NOW + 3_600_000;
    await web.send(pathOf(webhook), { method: "GET" });
    nowMs = NOW;
    await web.door.recorder.flush();
    await expect
      .poll(() => receiptsOf(webhook.webhookId))
      .toMatchObject([
        { outcome: "FOUND" },
        { outcome: "FOUND" },
        { outcome: "METHOD_NOT_ALLOWED" },
        { outcome: "FOUND" },
      ]);
    expect(await countsOf(webhook.webhookId)).toMatchObject([
      { outcome: "ACCEPTED", count: 1, unrecorded: 0 },
      { outcome: "FOUND", count: REFUSED_RECEIPTS_PER_HOUR + 6, unrecorded: 6 },
      { outcome: "METHOD_NOT_ALLOWED", count: 1, unrecorded: 0 },
      { outcome: "FOUND", count: 1, unrecorded: 0 },
    ]);
  });

  it("count unknown identifiers together", async () => {
    const later = NOW + 100 * 3_600_000;
    const other = await startTestServer(database, { now: () => later });
    await other.send("/api/webhook/Nobody0has0this0one001");
    await other.send("/api/webhook/malformed");
    await other.close();
    const hour = new Date(later - (later % 3_600_000));
    expect(
      await database.prisma.receiptCount.findMany({ where: { webhookId: UNKNOWN_WEBHOOK_ID, hour } }),
    ).toMatchObject([{ outcome: "NOT_FOUND", count: 2, unrecorded: 0 }]);
  });

  it("are written when the database is back", async () => {
    const webhook = await makeWebhook(database.pool);
    const pool = new pg.Pool({ connectionString: database.url, max: 2 });
    const shaky = await startTestServer(database, { pool, now: () => nowMs });
    await shaky.send(pathOf(webhook), { method: "GET" });
    const lock = await database.pool.connect();
    await lock.query(`BEGIN; LOCK TABLE "Receipt", "ReceiptCount", "Webhook" IN ACCESS EXCLUSIVE MODE`);
    const answer = await shaky.send(pathOf(webhook), { method: "PUT" });
    const flushed = shaky.door.recorder.flush();
    const waiting = await database.waiting(lock);
    await lock.query("SELECT pg_terminate_backend(pid) FROM unnest($1::int[]) AS pid", [waiting]);
    await lock.query("ROLLBACK");
    lock.release();
    await flushed;
    expect(answer.status).toBe(405);
    await shaky.door.recorder.flush();
    await shaky.close();
    await pool.end();
    expect(await receiptsOf(webhook.webhookId)).toMatchObject([
      { outcome: "FOUND" },
      { outcome: "METHOD_NOT_ALLOWED" },
    ]);
    expect(await countsOf(webhook.webhookId)).toMatchObject([{ count: 1 }, { count: 1 }]);
  });
});
