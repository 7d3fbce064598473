import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { graphOf } from "@/lib/core/testing";
import { uuid7 } from "@/lib/db/ids";
import { type TestDatabase, testDatabase } from "@/lib/db/testing";
import { MOST_KEPT } from "@/lib/queue/kept-requests";
import { startTestServer, type TestAnswer, type TestServer } from "./test-server";
import { type MadeWebhook, makeWebhook, type WebhookWish } from "./testing";

let database: TestDatabase;
let web: TestServer;
let other: TestServer;

beforeAll(async () => {
  database = await testDatabase({ maxConnections: 30 });
  web = await startTestServer(database);
  other = await startTestServer(database);
});
afterAll(async () => {
  await Promise.all([web.close(), other.close()]);
  await database.close();
});

const graph = (settings: object = {}) =>
  graphOf(
    [
      { id: "start", type: "webhook" },
      {
        id: "middle",
        type: "webhook",
        settings: {
          matchIncoming: "body.order.id",
          matchExisting: { source: "step-field", stepId: "start", path: ["body", "id"] },
          ...settings,
        },
      },
      { id: "answer", type: "sync-response" },
    ],
    ["start -> middle", "middle -> answer"],
  );

/** The webhook in the middle of a running cycle. */
const makeMiddle = (settings: object = {}, wish: WebhookWish = {}) =>
  makeWebhook(database.pool, { graph: graph(settings), stepId: "middle", ...wish });

let seq = 1_000_000;

/** A transaction that is held at the webhook with this value. */
async function holdAt({ accountId, cycleId, versionId }: MadeWebhook, value: string): Promise<string> {
  const id = uuid7();
  const number = seq++;
  await database.pool.query(
    `INSERT INTO "Transaction" (id, seq, "accountId", "cycleId", "versionId", "stepId", state, "acceptedAt", "startedAt")
     VALUES ($1, $2, $3, $4, $5, 'start', 'HELD', now(), now())`,
    [id, number, accountId, cycleId, versionId],
  );
  await database.pool.query(
    `INSERT INTO "ReachedWebhook" ("transactionId", "stepId", "accountId", "cycleId", seq, value, held, since)
     VALUES ($1, 'middle', $2, $3, $4, $5, true, now())`,
    [id, accountId, cycleId, number, value],
  );
  return id;
}

const post = ({ identifier }: MadeWebhook, body: object, on = web) =>
  on.send(`/api/webhook/${identifier}`, {
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
const receiptOf = (answer: TestAnswer) =>
  database.prisma.receipt.findUnique({ where: { id: String(answer.headers["x-spoke-request-id"]) } });

describe("a request to a mid-cycle webhook", () => {
  it("continues the transaction that matches, and is answered at once", async () => {
    const webhook = await makeMiddle();
    const id = await holdAt(webhook, "A-10");
    const answer = await post(webhook, { order: { id: " A-10 " } });
    expect([answer.status, answer.body]).toEqual([200, "Webhook accepted."]);
    expect(answer.headers["x-spoke-transaction-id"]).toBe(id);
    expect(await receiptOf(answer)).toMatchObject({ outcome: "ACCEPTED", transactionId: id, status: 200 });
    expect(await database.prisma.transaction.findUnique({ where: { id } })).toMatchObject({ state: "QUEUED" });
    expect(await database.prisma.job.findFirst({ where: { transactionId: id } })).toMatchObject({ continuations: 1 });
  });

  it.each([
    ["of a transaction that is not there", { order: { id: "A-11" } }, "No transaction"],
    ["that is missing", { order: {} }, "It has no value"],
    ["that is null", { order: { id: null } }, "It has no value"],
  ])("with a value %s is accepted without a transaction", async (_, body, reason) => {
    const webhook = await makeMiddle();
    await holdAt(webhook, "A-10");
    const answer = await post(webhook, body);
    expect([answer.status, answer.body]).toEqual([200, "Webhook accepted."]);
    expect(answer.headers).not.toHaveProperty("x-spoke-transaction-id");
    await expect
      .poll(() => receiptOf(answer))
      .toMatchObject({ outcome: "NO_MATCH", reason: expect.stringContaining(reason) });
  });

  it("is kept whole when it comes early", async () => {
    const webhook = await makeMiddle({ keepEarlySeconds: 60 });
    const rest = "x".repeat(10_000);
    const answer = await post(webhook, { order: { id: "A-10" }, rest });
    expect([answer.status, answer.body]).toEqual([200, "Webhook accepted."]);
    const receipt = await receiptOf(answer);
    expect(receipt).toMatchObject({ outcome: "KEPT", bodyCut: false });
    expect(receipt!.body!.length).toBeGreaterThan(rest.length);
    expect(await database.prisma.keptRequest.count({ where: { cycleId: webhook.cycleId } })).toBe(1);
  });

  it("is not kept where as many are kept as may be, and may be sent again", async () => {
    const duplicates = { kind: "header", header: "X-Key", windowSeconds: 600 };
    const webhook = await makeMiddle({ keepEarlySeconds: 600, duplicates });
    const { cycleId } = webhook;
    await database.pool.query(
      `INSERT INTO "KeptRequest" ("receiptId", "cycleId", "stepId", value, until)
       SELECT gen_random_uuid(), $1, 'middle', 'A-10', now() + interval '1 hour' FROM generate_series(1, ${MOST_KEPT})`,
      [cycleId],
    );
    const send = (id: string, key: string) =>
      web.send(`/api/webhook/${webhook.identifier}`, {
        headers: { "Content-Type": "application/json", "X-Key": key },
        body: JSON.stringify({ order: { id } }),
      });
    const refused = await send("A-10", "first");
    expect([refused.status, refused.headers["retry-after"]]).toEqual([429, "60"]);
    await expect
      .poll(() => receiptOf(refused))
      .toMatchObject({
        ...{
          outcome: "OVER_LIMIT",
          reason: expect.stringContaining("1,000 requests with this value are kept already"),
        },
        answer: { body: "Too many requests. Try again later." },
      });
    expect(await database.prisma.keptRequest.count({ where: { cycleId } })).toBe(MOST_KEPT);
    expect(await receiptOf(await send("A-11", "other"))).toMatchObject({ outcome: "KEPT" });

    const { rowCount } = await database.pool.query(
      `UPDATE "KeptRequest" SET until = now() WHERE seq = (SELECT min(seq) FROM "KeptRequest" WHERE "cycleId" = $1)`,
      [cycleId],
    );
    expect(rowCount).toBe(1);
    expect(await receiptOf(await send("A-10", "first"))).toMatchObject({ outcome: "KEPT" });
    expect((await send("A-10", "second")).status).toBe(429);
  });

  it("is refused like any other when the cycle is not active or the body can't be read", async () => {
    const stopped = await makeMiddle({}, { state: "NEVER_STARTED" });
    expect((await post(stopped, { order: { id: 1 } })).status).toBe(406);
    const webhook = await makeMiddle();
    const headers = { "Content-Type": "application/json" };
    expect((await web.send(`/api/webhook/${webhook.identifier}`, { headers, body: "{" })).status).toBe(400);
    expect((await web.send(`/api/webhook/${webhook.identifier}`, { method: "GET" })).body).toBe("Webhook found.");
  });

  it("makes one continuation for each of fifty that come at once on two web processes", async () => {
    const webhook = await makeMiddle();
    const id = await holdAt(webhook, "A-10");
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, n) => post(webhook, { order: { id: "A-10" }, n }, n % 2 ? web : other)),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array(50).fill(200));
    const continuations = await database.prisma.continuation.findMany({
      where: { transactionId: id },
      orderBy: { number: "asc" },
    });
    expect(continuations.map(({ number }) => number)).toEqual(Array.from({ length: 50 }, (_, n) => n + 1));
    expect(new Set(continuations.map(({ receiptId }) => receiptId)).size).toBe(50);
    expect(await database.prisma.job.findMany({ where: { transactionId: id } })).toMatchObject([{ continuations: 50 }]);
  });

  it("does not fail with one that came in the same moment and can't be stored", async () => {
    const webhook = await makeMiddle({ keepEarlySeconds: 60 });
    const values = ["A-1", "A-2", "bad", "A-3", "A-4", "bad", "A-5"];
    await database.pool.query(
      `ALTER TABLE "KeptRequest" ADD CONSTRAINT "refuses_the_bad" CHECK (value <> 'bad') NOT VALID`,
    );
    const answers = await Promise.all(values.map((id) => post(webhook, { order: { id } })));
    await database.pool.query(`ALTER TABLE "KeptRequest" DROP CONSTRAINT "refuses_the_bad"`);
    expect(answers.map(({ status }) => status)).toEqual(values.map((value) => (value === "bad" ? 503 : 200)));
    const kept = await database.prisma.keptRequest.findMany({ where: { cycleId: webhook.cycleId } });
    expect(kept.map(({ value }) => value).sort()).toEqual(values.filter((value) => value !== "bad"));
  });

  it("does not bring back a transaction that was removed a moment ago", async () => {
    const webhook = await makeMiddle();
    const older = await holdAt(webhook, "A-10");
    const gone = await holdAt(webhook, "A-10");
    await database.prisma.transaction.delete({ where: { id: gone } });
    await database.prisma.reachedWebhook.deleteMany({ where: { transactionId: gone } });
    expect((await post(webhook, { order: { id: "A-10" } })).headers["x-spoke-transaction-id"]).toBe(older);
  });

  it("does not match transactions of another cycle with the same value", async () => {
    const [webhook, foreign] = [await makeMiddle(), await makeMiddle()];
    await holdAt(foreign, "A-10");
    const answer = await post(webhook, { order: { id: "A-10" }, nonce: randomUUID() });
    expect(answer.headers).not.toHaveProperty("x-spoke-transaction-id");
  });
});
