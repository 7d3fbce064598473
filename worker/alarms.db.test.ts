import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type AlarmRules, NO_RULES } from "@/lib/core/alarm-rules";
import type { NotificationFacts } from "@/lib/core/notifications";
import { uuid7 } from "@/lib/db/ids";
import { type TestDatabase, testDatabase } from "@/lib/db/testing";
import { readDueAlarms } from "@/lib/queue/alarms";
import { makePartitions } from "@/lib/queue/make-partitions";
import { addReceiptCounts } from "@/lib/queue/receipts";
import type { Db } from "@/lib/queue/statement";
import { addAlarmTarget } from "@/lib/services/alarms/add-target";
import { getAlarm } from "@/lib/services/alarms/get";
import { setAlarmRules } from "@/lib/services/alarms/set";
import { stopCycle } from "@/lib/services/cycles/stop";
import {
  acceptRequest,
  createPublishedCycle,
  createWorld,
  endTransaction,
  type MadeCycle,
  type World,
} from "@/lib/services/testing";
import { checkAlarms, checkPart } from "./alarms";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const never = new AbortController().signal;
const limit = { percent: 50, atLeast: 4, withinMinutes: 60 };
const silence: AlarmRules = { ...NO_RULES, silence: { hours: 5 } };
const refused: AlarmRules = { ...NO_RULES, refused: limit };
const failed: AlarmRules = { ...NO_RULES, failed: limit };

let db: TestDatabase;
let world: World;
let cycle: MadeCycle;
let webhookId: string;

beforeAll(async () => {
  db = await testDatabase();
  await makePartitions(db.pool);
  world = await createWorld(db);
});
beforeEach(async () => {
  await db.pool.query(`TRUNCATE "WebhookAlarm", "Notification" CASCADE`);
  cycle = await createPublishedCycle(world.builder);
  webhookId = (await db.prisma.webhook.findFirstOrThrow({ where: { cycleId: cycle.cycleId } })).id;
});
afterAll(() => db.close());

const place = () => ({ cycleId: cycle.cycleId, stepId: "start" });
const set = (rules: AlarmRules) => setAlarmRules(world.builder, { ...place(), rules });
const addTarget = (address = "https://example.com/hook") =>
  addAlarmTarget(world.builder, { ...place(), input: { channel: "webhook", address } });
const check = () => checkAlarms(db.pool, never);
const raised = async () => (await getAlarm(world.builder, cycle.cycleId, "start")).raised;
const told = async () =>
  (await db.prisma.notification.findMany({ where: { webhookId }, orderBy: { id: "asc" } })).map(({ kind }) => kind);

/** Moves the clock: everything that happened to the webhook was `ms` earlier, and its check is due. */
async function passes(ms: number) {
  const earlier = (column: string) => `"${column}" = "${column}" - $2 * interval '1 millisecond'`;
  const { cycleId } = cycle;
  await db.pool.query(`UPDATE "Cycle" SET ${earlier("startedAt")} WHERE id = $1`, [cycleId, ms]);
  await db.pool.query(`UPDATE "Webhook" SET ${earlier("lastRequestAt")}, ${earlier("createdAt")} WHERE id = $1`, [
    webhookId,
    ms,
  ]);
  await db.pool.query(
    `UPDATE "WebhookAlarm" SET ${earlier("checkedAt")}, ${earlier("nextCheckAt")} WHERE "webhookId" = $1`,
    [webhookId, ms],
  );
  await db.pool.query(`UPDATE "Transaction" SET ${earlier("endedAt")} WHERE "cycleId" = $1`, [cycleId, ms]);
}

async function count(outcome: "ACCEPTED" | "NOT_VERIFIED" | "FOUND", requests: number) {
  const hour = Math.floor(Date.now() / HOUR) * HOUR;
  await addReceiptCounts(db.pool, [{ webhookId, hour, outcome, count: requests, unrecorded: 0 }]);
}

test("tells every target once that a webhook is silent, and once that it is not any more", async () => {
  await set(silence);
  await addTarget("https://example.com/a");
  await addTarget("https://example.com/b");
  await check();
  expect(await told()).toEqual([]);
  await passes(5 * HOUR);
  expect(await check()).toEqual({ checked: 1, notifications: 2 });
  expect(await raised()).toMatchObject([{ rule: "silence", percent: null }]);
  await passes(2 * HOUR);
  expect(await check()).toEqual({ checked: 1, notifications: 0 });
  await db.prisma.webhook.update({ where: { id: webhookId }, data: { lastRequestAt: new Date() } });
  await passes(4 * MINUTE);
  await check();
  expect(await told()).toEqual(["RAISED", "RAISED", "RESOLVED", "RESOLVED"]);
  expect(await raised()).toEqual([]);
  const notification = await db.prisma.notification.findFirstOrThrow({ where: { webhookId } });
  expect(notification).toMatchObject({
    status: "WAITING",
    rule: "SILENCE",
    address: "https://example.com/a",
    tries: 0,
  });
  const facts = notification.facts as unknown as NotificationFacts;
  expect(facts).toMatchObject({
    account: { id: world.accountId },
    step: { id: "start" },
    event: { limit: { hours: 5 } },
  });
});

test("is silent of a cycle that is stopped, and of one that was never started", async () => {
  await set(silence);
  await addTarget();
  await stopCycle(world.builder, cycle.cycleId);
  await passes(9 * HOUR);
  expect(await check()).toEqual({ checked: 1, notifications: 0 });
  cycle = await createPublishedCycle(world.builder, undefined, { start: false });
  webhookId = (await db.prisma.webhook.findFirstOrThrow({ where: { cycleId: cycle.cycleId } })).id;
  await set(silence);
  await passes(9 * HOUR);
  expect(await check()).toEqual({ checked: 1, notifications: 0 });
});

test("waits for the first request to a step that was not published yet", async () => {
  await db.prisma.webhook.update({ where: { id: webhookId }, data: { stepId: "drawn-later" } });
  await setAlarmRules(world.builder, { cycleId: cycle.cycleId, stepId: "drawn-later", rules: silence });
  await passes(9 * HOUR);
  await check();
  expect((await db.prisma.webhookAlarm.findUniqueOrThrow({ where: { webhookId } })).raised).toEqual([]);
});

test("counts refused requests from the setting of the rule on, GET requests left out", async () => {
  await count("NOT_VERIFIED", 100);
  await set(refused);
  await addTarget();
  await check();
  expect(await raised()).toEqual([]);
  await count("ACCEPTED", 3);
  await count("NOT_VERIFIED", 3);
  await count("FOUND", 50);
  await passes(4 * MINUTE);
  expect(await check()).toEqual({ checked: 1, notifications: 1 });
  expect(await raised()).toMatchObject([{ rule: "refused", percent: 50 }]);
});

test("counts failed transactions by when they ended, replays left out", async () => {
  await set(failed);
  await addTarget();
  await count("ACCEPTED", 4);
  const made = [];
  for (let index = 0; index < 4; index++) made.push(await acceptRequest(world.builder, cycle));
  const [first, second, replay, completed] = made.map(({ transactionId }) => transactionId) as [
    string,
    string,
    string,
    string,
  ];
  await endTransaction(world.builder, first, { state: "FAILED" });
  await endTransaction(world.builder, replay, { state: "FAILED" });
  await db.prisma.transaction.update({ where: { id: replay }, data: { replayOf: first } });
  await endTransaction(world.builder, completed);
  await passes(4 * MINUTE);
  await check();
  expect(await raised()).toEqual([]);
  await endTransaction(world.builder, second, { state: "FAILED" });
  await passes(4 * MINUTE);
  await check();
  expect(await raised()).toMatchObject([{ rule: "failed", percent: 50 }]);
});

test("ends an alarm whose rule is switched off, and then looks no more", async () => {
  await set(silence);
  await addTarget();
  await passes(5 * HOUR);
  await check();
  await set(NO_RULES);
  await check();
  expect(await told()).toEqual(["RAISED", "RESOLVED"]);
  const { nextCheckAt } = await db.prisma.webhookAlarm.findUniqueOrThrow({ where: { webhookId } });
  expect(nextCheckAt).toBeNull();
});

test("tells nothing of an alarm whose settings changed while it was looked at", async () => {
  await set(silence);
  await addTarget();
  await passes(5 * HOUR);
  const due = await readDueAlarms(db.pool);
  await set({ ...NO_RULES, silence: { hours: 700 } });
  expect(await checkPart(db.pool, due)).toEqual({ checked: 0, notifications: 0 });
  await check();
  expect(await told()).toEqual([]);
});

test("two workers that look at the same moment tell once", async () => {
  await set(silence);
  await addTarget();
  await passes(5 * HOUR);
  const due = await readDueAlarms(db.pool);
  await Promise.all([checkPart(db.pool, due), checkPart(db.pool, due), check(), check()]);
  expect(await told()).toEqual(["RAISED"]);
});

test("a worker that dies between looking and writing leaves the alarm to the next", async () => {
  await set(silence);
  await addTarget();
  await passes(5 * HOUR);
  const dying = {
    query: async (config: { name: string }) => {
      if (config.name === "write-checked-alarms") throw new Error("the connection is gone");
      return db.pool.query(config as never);
    },
  } as unknown as Db;
  await expect(checkPart(dying, await readDueAlarms(db.pool))).rejects.toThrow("gone");
  expect(await told()).toEqual([]);
  await check();
  expect(await told()).toEqual(["RAISED"]);
});

test("one alarm that can't be decided on keeps no other waiting", async () => {
  await db.prisma.webhook.create({
    data: {
      id: uuid7(),
      identifier: uuid7(),
      accountId: world.accountId,
      cycleId: cycle.cycleId,
      stepId: "broken",
      stepName: "Broken",
      alarm: { create: { rules: refused, state: {}, nextCheckAt: new Date(0) } },
    },
  });
  await set(silence);
  await addTarget();
  await passes(5 * HOUR);
  expect(await check()).toEqual({ checked: 2, notifications: 1 });
  expect(await check()).toEqual({ checked: 0, notifications: 0 });
});

test("looks at what is due alone, by an index, however many alarms there are", async () => {
  const { accountId } = world;
  await db.pool.query(
    `WITH hooks AS (
       INSERT INTO "Webhook" (id, identifier, "accountId", "cycleId", "stepId", "stepName")
       SELECT gen_random_uuid(), 'many-' || n, $1, $2, 'many-' || n, 'Many' FROM generate_series(1, 5000) AS n RETURNING id
     )
     INSERT INTO "WebhookAlarm" ("webhookId", rules, state, "nextCheckAt")
     SELECT id, '{}', '{}', now() + interval '1 hour' FROM hooks`,
    [accountId, cycle.cycleId],
  );
  await db.pool.query(`ANALYZE "WebhookAlarm"`);
  await set(silence);
  const plans: string[] = [];
  const explaining = {
    query: async ({ text, values }: { text: string; values: unknown[] }) => {
      const { rows } = await db.pool.query(`EXPLAIN ${text}`, values);
      plans.push(rows.map((row) => row["QUERY PLAN"]).join("\n"));
      return db.pool.query(text, values);
    },
  } as unknown as Db;
  const due = await readDueAlarms(explaining);
  expect(due.map((alarm) => alarm.webhookId)).toEqual([webhookId]);
  expect(plans[0]).toContain("WebhookAlarm_nextCheckAt_idx");
  expect(plans[0]).not.toMatch(/Seq Scan on "Webhook(Alarm)?"/);
  await db.pool.query(`DELETE FROM "Webhook" WHERE "stepName" = 'Many'`);
});

test("works through more alarms than one statement takes", async () => {
  const ids = Array.from({ length: 450 }, () => uuid7());
  await db.prisma.webhook.createMany({
    data: ids.map((id) => ({
      id,
      identifier: `part-${id}`,
      accountId: world.accountId,
      cycleId: cycle.cycleId,
      stepId: id,
      stepName: "Part",
    })),
  });
  const state = { silence: null, refused: { alarm: null, samples: [] }, failed: { alarm: null, samples: [] } };
  await db.prisma.webhookAlarm.createMany({
    data: ids.map((id) => ({ webhookId: id, rules: refused, state, nextCheckAt: new Date(0) })),
  });
  expect(await check()).toEqual({ checked: 450, notifications: 0 });
});
