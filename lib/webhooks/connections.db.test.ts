import { connect, type Socket } from "node:net";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type TestDatabase, testDatabase } from "@/lib/db/testing";
import { notifyCycles } from "@/lib/queue/notify";
import { startTestServer, type TestServer } from "./test-server";
import { type MadeWebhook, makeWebhook } from "./testing";

const MEBIBYTE = 1024 * 1024;

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

/** Bytes of buffers that are still in use. */
function buffersInUse(): number {
  collectGarbage();
  return process.memoryUsage().arrayBuffers;
}

let database: TestDatabase;
let web: TestServer;
let webhook: MadeWebhook;

beforeAll(async () => {
  database = await testDatabase();
  web = await startTestServer(database);
  webhook = await makeWebhook(database.pool);
});
afterAll(async () => {
  await web.close();
  await database.close();
});

/** A connection as a caller's, with what came back on it so far. */
function openSocket(port = web.port): { socket: Socket; received: () => string; closed: Promise<void> } {
  const socket = connect(port, "127.0.0.1");
  let text = "";
  socket.on("data", (chunk) => {
    text += chunk.toString();
  });
  socket.on("error", () => {});
  const closed = new Promise<void>((resolve) => socket.on("close", () => resolve()));
  return { socket, received: () => text, closed };
}

const head = (length: number | "chunked") =>
  `POST /api/webhook/${webhook.identifier} HTTP/1.1\r\nHost: spoke\r\nContent-Type: text/plain\r\n` +
  (length === "chunked" ? "Transfer-Encoding: chunked\r\n\r\n" : `Content-Length: ${length}\r\n\r\n`);
const answersIn = (text: string) => text.match(/HTTP\/1\.1 \d{3}/g) ?? [];

describe("connections", () => {
  it("answer pipelined requests in their order and stay open", async () => {
    const { socket, received } = openSocket();
    socket.write(
      `${head(1)}1${head(1)}2GET /api/webhook/${webhook.identifier} HTTP/1.1\r\nHost: spoke\r\n\r\n${head(1)}3`,
    );
    await expect.poll(() => answersIn(received()).length).toBe(4);
    socket.write(`${head(1)}4`);
    await expect.poll(() => answersIn(received()).length).toBe(5);
    socket.destroy();
    const bodies = received().match(/Webhook (accepted|found)\./g);
    expect(bodies).toEqual([1, 2, 3, 4, 5].map((n) => (n === 3 ? "Webhook found." : "Webhook accepted.")));
    const receipts = await database.prisma.receipt.findMany({ where: { outcome: "ACCEPTED" }, orderBy: { id: "asc" } });
    expect(receipts.map((receipt) => Buffer.from(receipt.body!).toString())).toEqual(["1", "2", "3", "4"]);
  });

  it("are kept for the next request after a body that was too large", async () => {
    const { socket, received } = openSocket();
    socket.write(head(200_000));
    socket.write(Buffer.alloc(150_000, "x"));
    await expect.poll(() => answersIn(received())).toEqual(["HTTP/1.1 413"]);
    socket.write(Buffer.alloc(50_000, "x"));
    socket.write(`${head(1)}1`);
    await expect.poll(() => answersIn(received())).toEqual(["HTTP/1.1 413", "HTTP/1.1 200"]);
    socket.destroy();
  });

  it("use no memory for an endless body, and end with it", async () => {
    const patient = await startTestServer(database);
    const { socket, received, closed } = openSocket(patient.port);
    const chunk = `10000\r\n${"x".repeat(65_536)}\r\n`;
    let sent = 0;
    let largest = 0;
    const before = buffersInUse();
    socket.write(head("chunked"));
    const pump = () => {
      while (sent < 200 * MEBIBYTE && !socket.destroyed) {
        sent += chunk.length;
        if (!socket.write(chunk)) break;
      }
    };
    socket.on("drain", () => {
      largest = Math.max(largest, buffersInUse());
      pump();
    });
    pump();
    await closed;
    await patient.close();
    expect(answersIn(received())).toEqual(["HTTP/1.1 413"]);
    expect(sent).toBeLessThan(200 * MEBIBYTE);
    expect(largest - before).toBeLessThan(10 * MEBIBYTE);
  });

  it("answer 503 to large bodies when too many come at once, and take them again later", async () => {
    const small = await startTestServer(database, { maxHeldBytes: 100_000 });
    const first = openSocket(small.port);
    first.socket.write(head(90_000));
    first.socket.write(Buffer.alloc(80_000, "x"));
    const path = `/api/webhook/${webhook.identifier}`;
    const large = { body: Buffer.alloc(50_000, "x") };
    await expect.poll(async () => (await small.send(path, large)).status).toBe(503);
    expect((await small.send(path, { body: "x" })).status).toBe(200);
    first.socket.write(Buffer.alloc(10_000, "x"));
    await expect.poll(() => answersIn(first.received())).toEqual(["HTTP/1.1 200"]);
    expect((await small.send(path, large)).status).toBe(200);
    first.socket.destroy();
    await small.close();
  });

  it.each([
    ["headers", "POST / HTTP/1.1\r\nHost:"],
    ["a body", `POST /api/webhook/aaaaaaaaaaaaaaaaaaaaaa HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nab`],
  ])("end with 408 when %s come too slowly", async (_what, begun) => {
    const impatient = await startTestServer(database, {
      timeouts: { headersMs: 150, requestMs: 300, checkEveryMs: 50 },
    });
    const { socket, received, closed } = openSocket(impatient.port);
    socket.write(begun);
    await closed;
    expect(received()).toMatch(/^HTTP\/1\.1 408 /);
    await impatient.close();
  });

  it("leave only a receipt behind when the caller goes away within its body", async () => {
    const before = await database.prisma.transaction.count();
    const { socket, closed } = openSocket();
    socket.end(`${head(10)}abc`);
    await closed;
    const recorded = () => database.prisma.receipt.findMany({ where: { outcome: "INCOMPLETE" } });
    await expect
      .poll(async () => (await recorded()).map(({ reason }) => reason))
      .toContain("the body ends after 3 of 10 bytes");
    expect(await database.prisma.transaction.count()).toBe(before);
  });

  it("answer requests under way when the process stops, and close", async () => {
    const stopping = await startTestServer(database);
    const { socket, received, closed } = openSocket(stopping.port);
    const idle = openSocket(stopping.port);
    const lock = await database.pool.connect();
    await lock.query(`BEGIN; LOCK TABLE "Job" IN ACCESS EXCLUSIVE MODE`);
    socket.write(`${head(1)}1`);
    await database.waiting(lock);
    const stopped = stopping.close();
    await idle.closed;
    await lock.query("ROLLBACK");
    lock.release();
    await Promise.all([stopped, closed]);
    expect(answersIn(received())).toEqual(["HTTP/1.1 200"]);
  });
});

describe("two web processes on one database", () => {
  it("both know of a stop at once, and number what they accept in one order", async () => {
    const other = await startTestServer(database);
    const made = await makeWebhook(database.pool);
    const path = `/api/webhook/${made.identifier}`;
    const post = (server: TestServer) => server.send(path, { body: "{}" });
    for (const server of [web, other, other, web]) expect((await post(server)).status).toBe(200);
    const rows = await database.prisma.transaction.findMany({
      where: { cycleId: made.cycleId },
      orderBy: { seq: "asc" },
    });
    expect(rows.map((row) => row.id)).toEqual(rows.map((row) => row.id).sort());

    await database.prisma.$transaction(async (tx) => {
      await tx.cycle.update({ where: { id: made.cycleId }, data: { state: "STOPPED", stoppedAt: new Date(0) } });
      await notifyCycles(tx, [made.cycleId]);
    });
    await expect.poll(async () => (await post(web)).status).toBe(406);
    await expect.poll(async () => (await post(other)).status).toBe(406);

    await database.prisma.cycle.update({ where: { id: made.cycleId }, data: { state: "RUNNING", stoppedAt: null } });
    await notifyCycles(database.pool, [made.cycleId]);
    await expect.poll(async () => (await post(other)).status).toBe(200);
    await other.close();
  });

  it("refuse nobody because a start has not been heard of yet", async () => {
    const made = await makeWebhook(database.pool, { state: "NEVER_STARTED" });
    const path = `/api/webhook/${made.identifier}`;
    expect((await web.send(path, { body: "{}" })).status).toBe(406);
    await database.prisma.cycle.update({ where: { id: made.cycleId }, data: { state: "RUNNING" } });
    expect((await web.send(path, { body: "{}" })).status).toBe(200);
  });

  it("know of what their own pages changed before the page does", async () => {
    const made = await makeWebhook(database.pool);
    const path = `/api/webhook/${made.identifier}`;
    expect((await web.send(path, { body: "{}" })).status).toBe(200);
    await database.prisma.webhook.update({ where: { id: made.webhookId }, data: { deletedAt: new Date() } });
    await web.send("/api/v1/something", { method: "PUT" });
    expect((await web.send(path, { body: "{}" })).status).toBe(404);
  });

  it("know a new webhook at once, also when its identifier was asked for before", async () => {
    const made = await makeWebhook(database.pool);
    await database.prisma.webhook.update({ where: { id: made.webhookId }, data: { deletedAt: new Date() } });
    const path = `/api/webhook/${made.identifier}`;
    expect((await web.send(path, { body: "{}" })).status).toBe(404);
    await database.prisma.webhook.update({ where: { id: made.webhookId }, data: { deletedAt: null } });
    await notifyCycles(database.pool, [made.cycleId]);
    await expect.poll(async () => (await web.send(path, { body: "{}" })).status).toBe(200);
  });
});
