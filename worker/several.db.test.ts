import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { graphOf } from "@/lib/core/testing";
import { createDatabase } from "@/lib/db/client";
import { TestLink } from "@/lib/db/testing-link";
import { notifyCycles } from "@/lib/queue/notify";
import { startTestServer, type TestServer } from "@/lib/webhooks/test-server";
import { type MadeWebhook, makeWebhook } from "@/lib/webhooks/testing";
import { TestCaller, testWorkers } from "./testing";
import { answer, oneCall, trigger } from "./testing-graphs";

const REQUESTS = 50;

const { db, workers } = testWorkers({ maxConnections: 40 });
let doors: TestServer[];

beforeAll(async () => {
  doors = [await startTestServer(db), await startTestServer(db)];
});
afterAll(() => Promise.all(doors.map((door) => door.close())));

const numbers = Array.from({ length: REQUESTS }, (_, n) => n);
const post = (door: TestServer, { identifier }: MadeWebhook, body: number) =>
  door.send(`/api/webhook/${identifier}`, { headers: { "Content-Type": "application/json" }, body: String(body) });
const idIn = (given: Awaited<ReturnType<typeof post>>) => String(given.headers["x-spoke-transaction-id"]);

/** The cycle's transactions in the order of acceptance, once all have ended. */
async function ended({ cycleId }: MadeWebhook) {
  await expect.poll(() => db.prisma.transaction.count({ where: { cycleId, endedAt: null } })).toBe(0);
  return db.prisma.transaction.findMany({ where: { cycleId }, orderBy: { seq: "asc" } });
}

describe("two doors and three workers on one database", () => {
  test("run each of the requests that both accept at once, and none twice", async () => {
    const webhook = await makeWebhook(db.pool, { graph: oneCall, stepId: "trigger" });
    const caller = new TestCaller();
    for (let count = 0; count < 3; count++) workers.start(caller);
    const answers = await Promise.all(doors.flatMap((door) => numbers.map((n) => post(door, webhook, n))));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    const transactions = await ended(webhook);
    expect(transactions.map(({ state }) => state)).toEqual(answers.map(() => "COMPLETED"));
    const ids = transactions.map(({ id }) => id).sort();
    expect(answers.map(idIn).sort()).toEqual(ids);
    expect(caller.calls.map(({ idempotencyKey }) => idempotencyKey).sort()).toEqual(ids.map((id) => `${id}-a-1`));
    expect((await db.pool.query(`SELECT seq FROM "Job"`)).rows).toEqual([]);
  });

  test("keep the order in which both accepted, one after another, where the limit is 1", async () => {
    const webhook = await makeWebhook(db.pool, { graph: oneCall, stepId: "trigger" });
    await db.prisma.cycle.update({ where: { id: webhook.cycleId }, data: { parallelLimit: 1 } });
    const caller = new TestCaller();
    for (let count = 0; count < 3; count++) workers.start(caller);
    const ran = () => caller.calls.map(({ idempotencyKey }) => idempotencyKey.replace(/-a-1$/, ""));
    const oneByOne = async (...at: TestServer[]) => {
      const ids: string[] = [];
      for (const door of at) ids.push(idIn(await post(door, webhook, ids.length)));
      return ids;
    };
    const accepted = await Promise.all(doors.map((door) => oneByOne(...numbers.map(() => door))));
    await ended(webhook);
    expect(ran().sort()).toEqual(accepted.flat().sort());
    for (const ids of accepted) expect(ran().filter((id) => ids.includes(id))).toEqual(ids);
    const inTurns = await oneByOne(...numbers.map((n) => doors[n % 2]!));
    await ended(webhook);
    expect(ran().slice(-REQUESTS)).toEqual(inTurns);
    expect(caller.mostUnder).toBe(1);
  });

  test("give each synchronous caller its own answer, at the door where it waits", async () => {
    const echo = { source: "step-field", stepId: "trigger", path: ["body"] };
    const graph = graphOf(
      [trigger, { ...answer, settings: { fields: [{ name: "n", value: echo }] } }],
      ["trigger -> answer"],
    );
    const webhook = await makeWebhook(db.pool, { graph, stepId: "trigger" });
    for (let count = 0; count < 3; count++) workers.start();
    const answers = await Promise.all(numbers.map((n) => post(doors[n % 2]!, webhook, n)));
    expect(answers.map(({ body }) => JSON.parse(body))).toEqual(numbers.map((n) => ({ n })));
  });

  test("judge a request by what is stored, also at a door that could not hear of the change", async () => {
    const webhook = await makeWebhook(db.pool, { graph: oneCall, stepId: "trigger" });
    const link = await TestLink.open(db.url);
    const { pool } = createDatabase({ url: link.url, maxConnections: 4 });
    const door = await startTestServer({ ...db, pool, url: link.url });
    expect((await post(door, webhook, 1)).status).toBe(200);
    link.cut();
    await expect.poll(() => door.door.healthy()).toBe(false);
    const stoppedAt = new Date(Date.now() - 25 * 3_600_000);
    await db.prisma.cycle.update({ where: { id: webhook.cycleId }, data: { state: "STOPPED", stoppedAt } });
    await notifyCycles(db.pool, [webhook.cycleId]);
    const asked = post(door, webhook, 2);
    link.mend();
    expect((await asked).status).toBe(406);
    expect((await post(door, webhook, 3)).status).toBe(406);
    await door.close();
    await pool.end();
    await link.close();
  });
});
