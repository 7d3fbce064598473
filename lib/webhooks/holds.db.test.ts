import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { graphOf } from "@/lib/core/testing";
import { type TestDatabase, testDatabase } from "@/lib/db/testing";
import { beginHold } from "@/lib/queue/begin-hold";
import { drainHold } from "@/lib/queue/drain-hold";
import { tendHolds } from "@/worker/tend-holds";
import { TestCaller, TestWorkers } from "@/worker/testing";
import { call, trigger } from "@/worker/testing-graphs";
import { startTestServer } from "./test-server";
import { type MadeWebhook, makeWebhook, synchronousGraph } from "./testing";

let database: TestDatabase;
let workers: TestWorkers;
beforeAll(async () => {
  database = await testDatabase({ maxConnections: 40 });
  workers = new TestWorkers(database);
});
afterEach(() => workers.stop());
afterAll(() => database.close());

const pathOf = ({ identifier }: { identifier: string }) => `/api/webhook/${identifier}`;
const bodyOf = (n: number) => ({ headers: { "Content-Type": "application/json" }, body: String(n) });
const hold = ({ accountId, cycleId }: MadeWebhook) =>
  beginHold(database.pool, { accountId, cycleId, stepId: null, heldBy: null });
const drain = ({ accountId }: MadeWebhook, id: string) =>
  drainHold(database.pool, { id, accountId, perSecond: null, drainedBy: null });
const unended = ({ cycleId }: MadeWebhook) => database.prisma.transaction.count({ where: { cycleId, endedAt: null } });
const statusesOf = async ({ cycleId }: MadeWebhook) => {
  const rows = await database.prisma.job.groupBy({ by: ["status"], where: { cycleId }, _count: true });
  return Object.fromEntries(rows.map(({ status, _count }) => [status, _count]));
};

/** What the bodies of a webhook's requests say, in the order in which they were accepted. */
async function acceptedNumbers({ cycleId }: MadeWebhook): Promise<number[]> {
  const [transactions, receipts] = await Promise.all([
    database.prisma.transaction.findMany({ where: { cycleId }, orderBy: { seq: "asc" } }),
    database.prisma.receipt.findMany({ where: { cycleId } }),
  ]);
  const bodies = new Map(receipts.map(({ transactionId, body }) => [transactionId, Number(Buffer.from(body!))]));
  return transactions.map(({ id }) => bodies.get(id)!);
}

describe("a hold that begins and ends while requests come in at two doors", () => {
  it("begins none of them twice, loses none, and keeps what it held in order", async () => {
    const webhook = await makeWebhook(database.pool, {
      graph: graphOf([trigger, call("a")], ["trigger -> a"]),
      stepId: "trigger",
    });
    await database.prisma.cycle.update({ where: { id: webhook.cycleId }, data: { parallelLimit: 1 } });
    const doors = [await startTestServer(database), await startTestServer(database)];
    const caller = new TestCaller();
    for (let count = 0; count < 2; count++) workers.start(caller);
    const send = (numbers: number[]) => Promise.all(numbers.map((n) => doors[n % 2]!.send(pathOf(webhook), bodyOf(n))));
    const numbers = (from: number) => Array.from({ length: 50 }, (_, index) => from + index);

    const before = send(numbers(0));
    const id = await hold(webhook);
    const during = send(numbers(50));
    const answers = [...(await before), ...(await during)];
    expect(answers.map(({ status }) => status)).toEqual(Array(100).fill(200));
    await expect.poll(async () => Object.keys(await statusesOf(webhook))).toEqual(["HELD"]);
    const begunBefore = caller.calls.length;
    expect(await unended(webhook)).toBe(100 - begunBefore);

    const last = send(numbers(100));
    await drain(webhook, id);
    await last;
    await expect.poll(() => unended(webhook)).toBe(0);
    const sent = caller.calls.map(({ body }) => Number(JSON.parse(body!).n));
    expect([...sent].sort((a, b) => a - b)).toEqual(Array.from({ length: 150 }, (_, index) => index));
    expect(sent.slice(begunBefore)).toEqual((await acceptedNumbers(webhook)).slice(begunBefore));
    for (const door of doors) await door.close();
  });
});

describe("a synchronous webhook on hold", () => {
  it("lets the callers go who waited for what is held now", async () => {
    const webhook = await makeWebhook(database.pool, { graph: synchronousGraph });
    const web = await startTestServer(database, { pollMs: 50 });
    const answer = web.send(pathOf(webhook), bodyOf(1));
    await expect.poll(() => statusesOf(webhook)).toEqual({ READY: 1 });
    await hold(webhook);
    await tendHolds(database.pool);
    expect((await answer).status).toBe(202);
    await web.close();
  });

  it("answers 202 with the status URL at once, and the transaction runs when it is let go", async () => {
    const webhook = await makeWebhook(database.pool, { graph: synchronousGraph });
    const web = await startTestServer(database);
    workers.start();
    const id = await hold(webhook);
    const answer = await web.send(pathOf(webhook), bodyOf(1));
    expect(answer.status).toBe(202);
    expect(JSON.parse(answer.body).statusUrl).toContain("/api/status/");
    await expect.poll(() => statusesOf(webhook)).toEqual({ HELD: 1 });
    await drain(webhook, id);
    await expect.poll(() => unended(webhook)).toBe(0);
    expect((await web.send(pathOf(webhook), bodyOf(2))).status).toBe(200);
    await web.close();
  });
});
