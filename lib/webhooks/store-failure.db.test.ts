import { type AddressInfo, createServer } from "node:net";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type TestDatabase, testDatabase } from "@/lib/db/testing";
import { startTestServer } from "./test-server";
import { makeWebhook, synchronousGraph } from "./testing";

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

const json = { headers: { "Content-Type": "application/json" }, body: "{}" };
const pathOf = ({ identifier }: { identifier: string }) => `/api/webhook/${identifier}`;

describe("what is not committed is never answered 200", () => {
  it.each(["asynchronous", "synchronous"])("503 with Retry-After when the database is gone (%s)", async (kind) => {
    const graph = kind === "synchronous" ? synchronousGraph : undefined;
    const webhook = await makeWebhook(database.pool, { graph });
    const pool = new pg.Pool({ connectionString: "postgresql://127.0.0.1:1/none" });
    const web = await startTestServer(database, { pool });
    await web.door.close(); // its timers; the server goes on
    const unknown = await web.send(pathOf(webhook), json);
    expect(unknown).toMatchObject({ status: 503, body: "Webhook could not be stored. Please retry." });
    expect(unknown.headers["retry-after"]).toBe("5");
    expect(typeof unknown.headers["x-spoke-request-id"]).toBe("string");
    await web.close();
    expect(await database.prisma.transaction.count({ where: { cycleId: webhook.cycleId } })).toBe(0);
  });

  it.each(["asynchronous", "synchronous"])("503 when the commit does not come in time (%s)", async (kind) => {
    const graph = kind === "synchronous" ? synchronousGraph : undefined;
    const webhook = await makeWebhook(database.pool, { graph });
    const pool = new pg.Pool({ connectionString: database.url, max: 3 });
    const web = await startTestServer(database, { pool, storeTimeoutMs: 100 });
    await web.send(pathOf(webhook), { method: "GET" });
    const lock = await database.pool.connect();
    await lock.query(`BEGIN; LOCK TABLE "Job" IN ACCESS EXCLUSIVE MODE`);
    const answer = await web.send(pathOf(webhook), json);
    expect(answer).toMatchObject({ status: 503, body: "Webhook could not be stored. Please retry." });
    expect(answer.headers["x-spoke-transaction-id"]).toBeUndefined();
    expect(web.door.waiters.size).toBe(0);
    await lock.query("ROLLBACK");
    lock.release();

    // It is committed after all, or the receipt of the refusal was first: either says what the caller was told.
    const id = String(answer.headers["x-spoke-request-id"]);
    const told = async () => {
      const noted = await database.prisma.receiptAnswer.findUnique({ where: { receiptId: id } });
      return (noted ?? (await database.prisma.receipt.findUnique({ where: { id } })))?.status;
    };
    await expect.poll(told).toBe(503);
    await web.close();
    await pool.end();
  });

  it("503 when the statement fails, and the next request is accepted", async () => {
    const webhook = await makeWebhook(database.pool);
    const web = await startTestServer(database);
    await web.send(pathOf(webhook), { method: "GET" });
    await database.pool.query(`ALTER TABLE "Job" ADD CONSTRAINT broken CHECK (false) NOT VALID`);
    const failed = await web.send(pathOf(webhook), json);
    await database.pool.query(`ALTER TABLE "Job" DROP CONSTRAINT broken`);
    const accepted = await web.send(pathOf(webhook), json);
    await web.close();
    expect(failed).toMatchObject({ status: 503 });
    expect(accepted).toMatchObject({ status: 200 });
    const receipts = await database.prisma.receipt.findMany({
      where: { webhookId: webhook.webhookId, method: "POST" },
      orderBy: { id: "asc" },
    });
    expect(receipts.map(({ outcome, status }) => [outcome, status])).toEqual([
      ["NOT_STORED", 503],
      ["ACCEPTED", 200],
    ]);
    expect(await database.prisma.transaction.count({ where: { cycleId: webhook.cycleId } })).toBe(1);
  });

  it("503 when the connection takes a statement and never answers", async () => {
    const webhook = await makeWebhook(database.pool);
    const silent = createServer(() => {});
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    const { port } = silent.address() as AddressInfo;
    const pool = new pg.Pool({ connectionString: `postgresql://127.0.0.1:${port}/none`, connectionTimeoutMillis: 200 });
    const web = await startTestServer(database, { pool });
    expect(await web.send(pathOf(webhook), json)).toMatchObject({ status: 503 });
    await web.close();
    silent.close();
  });
});
