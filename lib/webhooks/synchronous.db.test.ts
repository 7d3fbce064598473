import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { SyncResponse } from "@/lib/core/transaction";
import { type Listener, listen } from "@/lib/db/listen";
import { type TestDatabase, testDatabase } from "@/lib/db/testing";
import { channels } from "@/lib/queue/channels";
import { deleteCycle } from "@/lib/queue/delete-cycle";
import { notifyCycles, notifyReplies } from "@/lib/queue/notify";
import { startTestServer, type TestAnswer, type TestServer } from "./test-server";
import { type MadeWebhook, makeWebhook, synchronousGraph } from "./testing";

type Ending = { state: string; response?: SyncResponse; error?: string; silently?: boolean };

let database: TestDatabase;
let web: TestServer;
let webhook: MadeWebhook;
let worker: Listener;
/** What the stand-in for a worker makes of the next transactions; "nothing" leaves them queued. */
let ending: Ending | "nothing" = "nothing";

/** Ends a transaction as a worker does: the row first, then the notification. */
async function settle(transactionId: string, { state, response, error, silently }: Ending) {
  await database.pool.query(
    `UPDATE "Transaction" SET state = $2::text::"TransactionState", response = $3, error = $4,
       "endedAt" = CASE WHEN $2::text IN ('COMPLETED', 'FAILED', 'CANCELLED', 'DISCARDED') THEN now() END WHERE id = $1`,
    [transactionId, state, response && JSON.stringify(response), error],
  );
  if (!silently) await notifyReplies(database.pool, [transactionId]);
}

async function work() {
  if (ending === "nothing") return;
  const { rows } = await database.pool.query(`DELETE FROM "Job" RETURNING "transactionId" AS id`);
  for (const row of rows) await settle(row.id, ending);
}

beforeAll(async () => {
  database = await testDatabase();
  worker = await listen(
    [channels.jobs],
    () => void work(),
    () => {},
    { url: database.url },
  );
  web = await startTestServer(database, { pollMs: 50 });
  webhook = await makeWebhook(database.pool, { graph: synchronousGraph });
});
afterAll(async () => {
  await web.close();
  await worker.close();
  await database.close();
});
beforeEach(() => {
  ending = "nothing";
});

/** A webhook whose callers are answered after as many seconds at the latest. */
const withDeadline = (syncTimeoutSeconds: number) => {
  const steps = synchronousGraph.steps.map((step) => ({ ...step, settings: { syncTimeoutSeconds } }));
  return makeWebhook(database.pool, { graph: { ...synchronousGraph, steps } });
};
const post = (to: MadeWebhook = webhook, on: TestServer = web) =>
  on.send(`/api/webhook/${to.identifier}`, { headers: { "Content-Type": "application/json" }, body: "{}" });
const transactionIn = (answer: TestAnswer) => String(answer.headers["x-spoke-transaction-id"]);
const receiptOf = (answer: TestAnswer) =>
  database.prisma.receipt.findUniqueOrThrow({ where: { id: String(answer.headers["x-spoke-request-id"]) } });
/** What was noted of the answer after its receipt had been written. */
const noted = (answer: TestAnswer) =>
  database.prisma.receiptAnswer.findUnique({ where: { receiptId: String(answer.headers["x-spoke-request-id"]) } });
const notFound: SyncResponse = { status: 404, headers: [["Content-Type", "text/html"]], body: "<b>none</b>" };

describe("a synchronous webhook", () => {
  it("answers with the response that the transaction reached", async () => {
    const headers: [string, string][] = [
      ["Content-Type", "text/html"],
      ["X-Own", "1"],
      ["Set-Cookie", "next-auth.session-token=theirs"],
      ["Content-Length", "99999"],
      ["X-Broken\r\nX-Injected", "1"],
      ["X-Broken", "1\r\nX-Injected: 1"],
    ];
    ending = { state: "RUNNING", response: { ...notFound, headers } };
    const answer = await post();
    expect(answer).toMatchObject({ status: 404, body: "<b>none</b>" });
    expect(answer.headers).toMatchObject({
      "content-type": "text/html",
      "x-own": "1",
      "content-security-policy": "sandbox",
      "x-content-type-options": "nosniff",
      "content-length": "11",
    });
    expect(Object.keys(answer.headers)).not.toContain("set-cookie");
    expect(Object.keys(answer.headers)).not.toContain("x-injected");
    await expect.poll(() => noted(answer)).toMatchObject({ status: 404, durationMs: expect.any(Number) });
  });

  it("is claimed from its own lane", async () => {
    const pending = post();
    const lane = () => database.prisma.job.findMany({ where: { cycleId: webhook.cycleId }, select: { lane: true } });
    await expect.poll(lane).toEqual([{ lane: 0 }]);
    ending = { state: "COMPLETED" };
    await work();
    await pending;
  });

  it.each([
    { state: "COMPLETED", status: 200, body: { status: "completed" } },
    { state: "FAILED", error: "10.1.2.3 refused", status: 500, body: { error: "The transaction failed." } },
    { state: "CANCELLED", status: 500, body: { error: "The transaction was cancelled." } },
    { state: "DISCARDED", status: 500, body: { error: "The transaction was discarded before it ran." } },
  ])("answers $status when the transaction ends $state without a response", async ({ state, error, status, body }) => {
    ending = { state, error };
    const answer = await post();
    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.body)).toEqual({ transactionId: transactionIn(answer), ...body });
  });

  it("answers though the notification is lost", async () => {
    ending = { state: "COMPLETED", silently: true };
    expect((await post()).status).toBe(200);
  });

  it("answers a body-less status without a body", async () => {
    ending = { state: "RUNNING", response: { status: 204, headers: [], body: "ignored" } };
    expect(await post()).toMatchObject({ status: 204, body: "" });
  });

  it("answers 202 with the status URL at the deadline, and the transaction goes on", async () => {
    const answer = await post(await withDeadline(1));
    expect(answer.status).toBe(202);
    const { transactionId, statusUrl } = JSON.parse(answer.body);
    expect(transactionId).toBe(transactionIn(answer));
    await expect.poll(() => noted(answer)).toMatchObject({ status: 202 });

    const path = statusUrl.replace("https://spoke.example.com", "");
    const queued = await web.send(path, { method: "GET" });
    expect(JSON.parse(queued.body)).toEqual({ transactionId, status: "queued", response: null });
    await settle(transactionId, { state: "COMPLETED", response: notFound });
    const ended = await web.send(path, { method: "GET" });
    expect(JSON.parse(ended.body)).toEqual({ transactionId, status: "completed", response: notFound });
    expect(ended.headers["cache-control"]).toBe("no-store");
    await database.pool.query(`DELETE FROM "Job"`);
  });

  it("waits as long as its step says", async () => {
    const patient = await withDeadline(300);
    const pending = post(patient);
    await expect.poll(() => database.prisma.job.count({ where: { cycleId: patient.cycleId } })).toBe(1);
    const early = await post(await withDeadline(1));
    expect(early.status).toBe(202);
    ending = { state: "COMPLETED" };
    await work();
    expect((await pending).status).toBe(200);
  });

  it.each([
    { state: "STOPPED", stoppedAt: new Date() },
    { state: "FINISHING", stoppedAt: undefined },
  ] as const)("is queued and answers 202 at once while its cycle is $state", async ({ state, stoppedAt }) => {
    const made = await makeWebhook(database.pool, { graph: synchronousGraph, state, stoppedAt });
    const answer = await post(made);
    expect(answer.status).toBe(202);
    expect(await receiptOf(answer)).toMatchObject({ status: 202, outcome: "ACCEPTED" });
    expect(web.door.waiters.size).toBe(0);
    await database.pool.query(`DELETE FROM "Job"`);
  });

  it("answers 202 to those who wait when their cycle is stopped, and lets others wait", async () => {
    const made = await makeWebhook(database.pool, { graph: synchronousGraph });
    const patient = await startTestServer(database);
    const [stopped, other] = [post(made, patient), post(webhook, patient)];
    await expect.poll(() => patient.door.waiters.size).toBe(2);
    await database.prisma.cycle.update({
      where: { id: made.cycleId },
      data: { state: "STOPPED", stoppedAt: new Date() },
    });
    await notifyCycles(database.pool, [made.cycleId, webhook.cycleId]);
    expect((await stopped).status).toBe(202);
    expect(patient.door.waiters.size).toBe(1);
    ending = { state: "COMPLETED" };
    await work();
    expect((await other).status).toBe(200);
    await patient.close();
  });

  it.each([
    { state: "COMPLETED", response: notFound, status: 404, body: notFound.body },
    { state: "FAILED", response: undefined, status: 500, body: expect.stringContaining("The transaction failed.") },
  ])("gives what the transaction $state with, of which only the stop of its cycle is heard", async (ended) => {
    const { state, response, status, body } = ended;
    const made = await makeWebhook(database.pool, { graph: synchronousGraph });
    const unpolled = await startTestServer(database, { pollMs: 600_000 });
    const pending = post(made, unpolled);
    const find = () => database.prisma.job.findFirst({ where: { cycleId: made.cycleId } });
    await expect.poll(find).not.toBeNull();
    const job = await find();
    await settle(job!.transactionId, { state, response, silently: true });
    await database.prisma.cycle.update({
      where: { id: made.cycleId },
      data: { state: "STOPPED", stoppedAt: new Date() },
    });
    await notifyCycles(database.pool, [made.cycleId]);
    expect(await pending).toMatchObject({ status, body });
    await unpolled.close();
    await database.pool.query(`DELETE FROM "Job"`);
  });

  it("answers 202 though the notification of a stop is lost", async () => {
    const made = await makeWebhook(database.pool, { graph: synchronousGraph });
    const pending = post(made);
    await expect.poll(() => web.door.waiters.size).toBe(1);
    await database.prisma.cycle.update({
      where: { id: made.cycleId },
      data: { state: "STOPPED", stoppedAt: new Date() },
    });
    expect((await pending).status).toBe(202);
    await database.pool.query(`DELETE FROM "Job"`);
  });

  it("answers 500 when its cycle is deleted", async () => {
    const made = await makeWebhook(database.pool, { graph: synchronousGraph });
    const pending = post(made);
    await expect.poll(() => database.prisma.job.count({ where: { cycleId: made.cycleId } })).toBe(1);
    await deleteCycle(database.pool, made);
    const answer = await pending;
    expect(answer.status).toBe(500);
    expect(JSON.parse(answer.body)).toEqual({
      transactionId: transactionIn(answer),
      error: "The transaction was discarded before it ran.",
    });
  });

  it("lets the transaction be when the caller hangs up, and waits no more", async () => {
    const controller = new AbortController();
    const url = `http://127.0.0.1:${web.port}/api/webhook/${webhook.identifier}`;
    const pending = fetch(url, { method: "POST", body: "{}", signal: controller.signal }).catch(() => "gone");
    await expect.poll(() => web.door.waiters.size).toBe(1);
    controller.abort();
    expect(await pending).toBe("gone");
    await expect.poll(() => web.door.waiters.size).toBe(0);
    const where = { status: null, reason: "The caller hung up before the answer." };
    await expect.poll(() => database.prisma.receiptAnswer.count({ where })).toBe(1);
    const job = await database.prisma.job.findFirstOrThrow({ where: { cycleId: webhook.cycleId } });
    expect(job.status).toBe("READY");
    await database.pool.query(`DELETE FROM "Job"`);
  });

  it("sees that the caller hung up while its transaction was being stored", async () => {
    const made = await makeWebhook(database.pool, { graph: synchronousGraph });
    const patient = await startTestServer(database);
    const lock = await database.pool.connect();
    await lock.query(`BEGIN; LOCK TABLE "Job" IN ACCESS EXCLUSIVE MODE`);
    const controller = new AbortController();
    const url = `http://127.0.0.1:${patient.port}/api/webhook/${made.identifier}`;
    const pending = fetch(url, { method: "POST", body: "{}", signal: controller.signal }).catch(() => "gone");
    await expect.poll(() => patient.door.waiters.size).toBe(1);
    controller.abort();
    await pending;
    await lock.query("ROLLBACK");
    lock.release();
    await expect.poll(() => patient.door.waiters.size).toBe(0);
    await patient.close();
    await database.pool.query(`DELETE FROM "Job"`);
  });

  it("serves many callers at once, each with its own answer", async () => {
    ending = { state: "COMPLETED" };
    const answers = await Promise.all(Array.from({ length: 50 }, () => post()));
    const ids = answers.map((answer) => JSON.parse(answer.body).transactionId);
    expect(ids).toEqual(answers.map(transactionIn));
    expect(new Set(ids).size).toBe(50);
    expect(web.door.waiters.size).toBe(0);
  });

  it("answers on the process that was asked, when there are two", async () => {
    const other = await startTestServer(database, { pollMs: 60_000, settings: { SYNC_TIMEOUT_SECONDS: 20 } });
    ending = { state: "COMPLETED" };
    const answers = await Promise.all([post(webhook, web), post(webhook, other), post(webhook, other)]);
    await other.close();
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
  });

  it("answers 202 to those who wait when the process stops", async () => {
    const stopping = await startTestServer(database);
    const pending = post(webhook, stopping);
    await expect.poll(() => stopping.door.waiters.size).toBe(1);
    await stopping.close();
    const answer = await pending;
    expect(answer.status).toBe(202);
    expect(await noted(answer)).toMatchObject({ status: 202 });
    await database.pool.query(`DELETE FROM "Job"`);
  });
});

describe("the status URL", () => {
  it.each(["", "nothing", "0".repeat(54), `${"0".repeat(32)}${"a".repeat(22)}`])("is 404 for %j", async (token) => {
    expect(await web.send(`/api/status/${token}`, { method: "GET" })).toMatchObject({ status: 404 });
  });

  it("is 404 when only the random part is wrong", async () => {
    const made = await makeWebhook(database.pool, { graph: synchronousGraph, state: "STOPPED", stoppedAt: new Date() });
    const { statusUrl } = JSON.parse((await post(made)).body);
    const path = statusUrl.replace("https://spoke.example.com", "");
    const guessed = path.slice(0, -1) + (path.endsWith("A") ? "B" : "A");
    expect((await web.send(path, { method: "GET" })).status).toBe(200);
    expect((await web.send(guessed, { method: "GET" })).status).toBe(404);
  });

  it("refuses other methods", async () => {
    expect(await web.send("/api/status/x")).toMatchObject({ status: 405 });
  });
});
