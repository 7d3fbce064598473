import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { graphOf } from "@/lib/core/testing";
import { uuid7 } from "@/lib/db/ids";
import { type TestDatabase, testDatabase } from "@/lib/db/testing";
import { beginHold } from "@/lib/queue/begin-hold";
import { countByIndex, countUnfinished } from "@/lib/queue/count-unfinished";
import { BY_INDEX } from "@/lib/queue/in-transaction";
import { plansOf } from "@/lib/queue/testing-plans";
import { createPublishedCycle, createWorld, endTransaction, smallGraph } from "@/lib/services/testing";
import { replayTransaction } from "@/lib/services/transactions/replay";
import { startTestServer, type TestServer } from "./test-server";
import { type MadeWebhook, makeWebhook } from "./testing";

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase({ maxConnections: 20 });
});
afterAll(() => database.close());

const json = { headers: { "Content-Type": "application/json" }, body: `{"a":1}` };
const pathOf = ({ identifier }: { identifier: string }) => `/api/webhook/${identifier}`;
const setWebhook = ({ webhookId }: Pick<MadeWebhook, "webhookId">, data: object) =>
  database.prisma.webhook.update({ where: { id: webhookId }, data });
const refusalsOf = ({ webhookId }: MadeWebhook) =>
  database.prisma.receipt.findMany({ where: { webhookId, outcome: "OVER_LIMIT" }, orderBy: { id: "asc" } });
const sendTogether = (web: TestServer, webhook: MadeWebhook) =>
  Promise.all(Array.from({ length: 12 }, () => web.send(pathOf(webhook), json)));

/** Ends the oldest transaction of a cycle that has not ended, as a worker does. */
async function endOne({ cycleId }: MadeWebhook) {
  const { id, seq } = await database.prisma.transaction.findFirstOrThrow({
    where: { cycleId, endedAt: null },
    orderBy: { seq: "asc" },
  });
  await database.prisma.job.deleteMany({ where: { seq } });
  await database.prisma.transaction.update({ where: { id }, data: { state: "COMPLETED", endedAt: new Date() } });
}
const unfinished = ({ cycleId }: MadeWebhook) =>
  database.prisma.transaction.count({ where: { cycleId, endedAt: null } });

describe("a webhook with as many unfinished transactions as it may have", () => {
  it("takes no request that would begin one more, until one has ended", async () => {
    const webhook = await makeWebhook(database.pool);
    await setWebhook(webhook, { unfinishedLimit: 2 });
    const web = await startTestServer(database);
    for (const _ of [1, 2]) expect(await web.send(pathOf(webhook), json)).toMatchObject({ status: 200 });
    const over = await web.send(pathOf(webhook), json);
    expect(over).toMatchObject({ status: 429, body: "Too many requests. Try again later." });
    expect(over.headers["retry-after"]).toBe("1");
    expect(await web.send(pathOf(webhook), { method: "GET" })).toMatchObject({ status: 200 });
    await endOne(webhook);
    await expect.poll(async () => (await web.send(pathOf(webhook), json)).status).toBe(200);
    expect(await web.send(pathOf(webhook), json)).toMatchObject({ status: 429 });
    await web.close();
    expect(await unfinished(webhook)).toBe(2);
    expect((await refusalsOf(webhook))[0]).toMatchObject({
      status: 429,
      body: null,
      transactionId: null,
      reason: "2 transactions of this webhook are unfinished; its limit is 2.",
    });
  });

  it("lets no more begin of many that come at the same moment", async () => {
    const webhook = await makeWebhook(database.pool);
    await setWebhook(webhook, { unfinishedLimit: 5 });
    const web = await startTestServer(database);
    const statuses = (await sendTogether(web, webhook)).map(({ status }) => status);
    await web.close();
    expect(statuses.filter((status) => status === 200)).toHaveLength(5);
    expect(statuses.filter((status) => status === 429)).toHaveLength(7);
    expect(await unfinished(webhook)).toBe(5);
  });

  it("has nothing to do with those of other webhooks of its cycle", async () => {
    const webhook = await makeWebhook(database.pool);
    await setWebhook(webhook, { unfinishedLimit: 1 });
    const web = await startTestServer(database);
    await web.send(pathOf(webhook), json);
    await database.prisma.transaction.updateMany({ where: { cycleId: webhook.cycleId }, data: { stepId: "other" } });
    await expect.poll(async () => (await web.send(pathOf(webhook), json)).status).toBe(200);
    expect(await web.send(pathOf(webhook), json)).toMatchObject({ status: 429 });
    await web.close();
  });

  it("counts those that are on hold", async () => {
    const webhook = await makeWebhook(database.pool);
    const { accountId, cycleId } = webhook;
    await setWebhook(webhook, { unfinishedLimit: 1 });
    await beginHold(database.pool, { accountId, cycleId, stepId: null, heldBy: null });
    const web = await startTestServer(database);
    expect(await web.send(pathOf(webhook), json)).toMatchObject({ status: 200 });
    expect(await database.prisma.job.findMany({ where: { cycleId } })).toMatchObject([{ status: "HELD" }]);
    expect(await web.send(pathOf(webhook), json)).toMatchObject({ status: 429 });
    await web.close();
  });

  it("is refused no replay", async () => {
    const world = await createWorld(database);
    const { cycleId, webhooks } = await createPublishedCycle(world.builder, smallGraph);
    await database.prisma.webhook.updateMany({ where: { cycleId }, data: { unfinishedLimit: 1 } });
    const web = await startTestServer(database);
    const path = `/api/webhook/${webhooks.start!}`;
    const accepted = await web.send(path, json);
    await endTransaction(world.builder, String(accepted.headers["x-spoke-transaction-id"]));
    await expect.poll(async () => (await web.send(path, json)).status).toBe(200);
    expect(await web.send(path, json)).toMatchObject({ status: 429 });
    await web.close();
    await replayTransaction(world.builder, String(accepted.headers["x-spoke-transaction-id"]), {});
    expect(await database.prisma.transaction.count({ where: { cycleId, endedAt: null } })).toBe(2);
  });
});

const midCycle = graphOf(
  [
    { id: "start", type: "webhook" },
    {
      id: "middle",
      type: "webhook",
      settings: {
        matchIncoming: "body.id",
        matchExisting: { source: "step-field", stepId: "start", path: ["body", "id"] },
      },
    },
    { id: "done", type: "stop" },
  ],
  ["start -> middle", "middle -> done"],
);

/** A transaction that is held at webhooks in the middle of a cycle: it has no job. */
async function holdAt({ accountId, cycleId, versionId }: MadeWebhook, ...stepIds: string[]): Promise<void> {
  const id = uuid7();
  await database.pool.query(
    `WITH held AS (
       INSERT INTO "Transaction" (id, seq, "accountId", "cycleId", "versionId", "stepId", state, "acceptedAt")
       VALUES ($1, nextval('acceptance_seq'), $2, $3, $4, 'start', 'HELD', now()) RETURNING seq
     )
     INSERT INTO "ReachedWebhook" ("transactionId", "stepId", "accountId", "cycleId", seq, value, held, since)
     SELECT $1, step, $2, $3, seq, 'A-10', true, now() FROM held, unnest($5::text[]) AS step`,
    [id, accountId, cycleId, versionId, stepIds],
  );
}

describe("a cycle with a webhook in its middle", () => {
  it("begins no more where as many are held as may be unfinished, and continues them", async () => {
    const start = await makeWebhook(database.pool, { graph: midCycle, stepId: "start" });
    const { accountId, cycleId } = start;
    const middle = { webhookId: uuid7(), identifier: `middle${start.identifier.slice(6)}` };
    await database.prisma.webhook.create({
      data: {
        ...{ id: middle.webhookId, identifier: middle.identifier, accountId, cycleId },
        ...{ stepId: "middle", stepName: "middle" },
      },
    });
    for (const webhook of [start, middle]) await setWebhook(webhook, { unfinishedLimit: 1 });
    await holdAt(start, "middle");
    const web = await startTestServer(database);
    const body = `{"id":"A-10"}`;
    expect(await web.send(pathOf(start), { ...json, body })).toMatchObject({ status: 429 });
    for (const _ of [1, 2]) expect(await web.send(pathOf(middle), { ...json, body })).toMatchObject({ status: 200 });
    await web.close();
    expect(await database.prisma.continuation.count()).toBe(2);
  });
});

describe("counting the unfinished transactions of a step", () => {
  it("counts each once, wherever it stands, up to a number", async () => {
    const webhook = await makeWebhook(database.pool, { graph: midCycle, stepId: "start" });
    const { cycleId } = webhook;
    const web = await startTestServer(database);
    const sent = await sendTogether(web, webhook);
    await web.close();
    await holdAt(webhook, "middle", "other");
    const count = (atMost: number, except: string[] = []) =>
      countUnfinished(database.pool, { cycleId, stepId: "start", atMost }, () => except);
    expect([await count(50), await count(5)]).toEqual([13, 5]);
    const [first, second] = sent.map(({ headers }) => String(headers["x-spoke-transaction-id"]));
    expect(await count(50, [first!, second!])).toBe(11);
    expect(await countUnfinished(database.pool, { cycleId, stepId: "other", atMost: 50 }, () => [])).toBe(0);
  });

  it("looks at nothing but the jobs and held transactions of the cycle", async () => {
    const [cycleId, other] = [uuid7(), uuid7()];
    await database.pool.query(
      `INSERT INTO "Job" ("accountId", "cycleId", lane, seq, "transactionId", "runAt")
       SELECT cycle, cycle, 1, nextval('acceptance_seq'), gen_random_uuid(), now()
       FROM generate_series(1, 5000), unnest($1::uuid[]) AS cycle`,
      [[cycleId, other]],
    );
    await database.pool.query(`ANALYZE "Job"`);
    const of = { cycleId, stepId: "start", atMost: 10 };
    const nodes = await plansOf(database.pool, (db) => countByIndex(db, of, []), BY_INDEX);
    expect(nodes.map((node) => node["Node Type"])).not.toContain("Seq Scan");
    const jobs = nodes.filter((node) => node["Relation Name"] === "Job" && node["Index Cond"]?.includes("cycleId"));
    expect(jobs).toHaveLength(1);
  });
});

const retryAfters = async (web: TestServer, webhook: MadeWebhook) =>
  (await sendTogether(web, webhook)).map(({ headers }) => headers["retry-after"]);

describe("two web processes with a limit of unfinished transactions", () => {
  it("stay within it together, but for the one that each may let through", async () => {
    await database.pool.query(
      `INSERT INTO "Process" (id, kind, host, pid, version, "startedAt", "lastSeenAt")
       SELECT gen_random_uuid(), 'WEB', 'host', pid, '1', now(), now() + interval '1 hour' FROM generate_series(1, 2) AS pid`,
    );
    const webs = await Promise.all([startTestServer(database), startTestServer(database)]);
    // Both know of each other when half of one request a second is what each lets through.
    const loud = await makeWebhook(database.pool);
    await setWebhook(loud, { requestsPerSecond: 1 });
    for (const web of webs) await expect.poll(() => retryAfters(web, loud)).toContain("2");
    const webhook = await makeWebhook(database.pool);
    await setWebhook(webhook, { unfinishedLimit: 9 });
    const send = async () => (await Promise.all(webs.map((web) => sendTogether(web, webhook)))).flat();
    const begunBySending = async () => {
      await send();
      return unfinished(webhook);
    };
    await expect.poll(begunBySending).toBeGreaterThanOrEqual(9);
    await expect.poll(async () => (await send()).map(({ status }) => status)).not.toContain(200);
    await Promise.all(webs.map((web) => web.close()));
    expect(await unfinished(webhook)).toBeLessThanOrEqual(10);
  });
});
