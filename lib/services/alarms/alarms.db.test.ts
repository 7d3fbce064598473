import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { AddAlarmTargetInput } from "@/lib/contracts/alarms";
import { NO_RULES } from "@/lib/core/alarm-rules";
import { initialAlarmState } from "@/lib/core/alarms";
import { firstUuid7At } from "@/lib/core/uuid7-range";
import { uuid7 } from "@/lib/db/ids";
import { type TestDatabase, testDatabase } from "@/lib/db/testing";
import { decryptSecret } from "@/lib/services/secrets/cipher";
import type { AccountContext, Context } from "../context";
import { listNotifications } from "../notifications/list";
import { resendNotification } from "../notifications/resend";
import { createPublishedCycle, createWorld, type MadeCycle, type World } from "../testing";
import { getWebhook } from "../webhooks/get";
import { addAlarmTarget } from "./add-target";
import { getAlarm } from "./get";
import { removeAlarmTarget } from "./remove-target";
import { sendTest } from "./send-test";
import { setAlarmRules } from "./set";

const page = { limit: 50 };
const rules = { ...NO_RULES, silence: { hours: 5 } };
const url = "https://example.com/hook";

let db: TestDatabase;
let world: World;
let elsewhere: World;
let cycle: MadeCycle;
let webhookId: string;

beforeAll(async () => {
  db = await testDatabase();
  world = await createWorld(db);
  elsewhere = await createWorld(db);
});
beforeEach(async () => {
  await db.prisma.notification.deleteMany();
  cycle = await createPublishedCycle(world.builder);
  webhookId = (await db.prisma.webhook.findFirstOrThrow({ where: { cycleId: cycle.cycleId } })).id;
});
afterAll(() => db.close());

const place = () => ({ cycleId: cycle.cycleId, stepId: "start" });
const add = (address = url, ctx = world.builder) =>
  addAlarmTarget(ctx, { ...place(), input: { channel: "webhook", address } });
const test = (ctx = world.builder) => sendTest(ctx, cycle.cycleId, "start");
const newest = async () => (await listNotifications(world.admin, page)).entries[0]!;

describe("rules", () => {
  it("hold at once and are given back", async () => {
    expect(await getAlarm(world.viewer, cycle.cycleId, "start")).toEqual({
      rules: NO_RULES,
      targets: [],
      raised: [],
      email: false,
    });
    await setAlarmRules(world.builder, { ...place(), rules });
    expect((await getAlarm(world.viewer, cycle.cycleId, "start")).rules).toEqual(rules);
    const { nextCheckAt } = await db.prisma.webhookAlarm.findUniqueOrThrow({ where: { webhookId } });
    expect(nextCheckAt).not.toBeNull();
  });

  it("that are all off need no look", async () => {
    await setAlarmRules(world.builder, { ...place(), rules: NO_RULES });
    expect(await db.prisma.webhookAlarm.findUniqueOrThrow({ where: { webhookId } })).toMatchObject({
      nextCheckAt: null,
    });
  });
});

describe("targets", () => {
  it("show their secret once, and keep it encrypted", async () => {
    const { target, secret } = await add();
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    const { ciphertext } = await db.prisma.alarmTarget.findUniqueOrThrow({ where: { id: target.id } });
    expect(ciphertext).not.toContain(secret);
    expect(decryptSecret(ciphertext!)).toBe(secret);
    const told = await getAlarm(world.builder, cycle.cycleId, "start");
    expect(told.targets).toEqual([target]);
    expect(JSON.stringify(told)).not.toContain("whsec_");
  });

  it("are refused twice, and beyond twenty", async () => {
    await add();
    await expect(add()).rejects.toMatchObject({ code: "conflict" });
    for (let index = 1; index < 20; index++) await add(`${url}/${index}`);
    await expect(add(`${url}/20`)).rejects.toMatchObject({ code: "invalid" });
  });

  it.each(["http://127.0.0.1/x", "http://10.1.2.3/", "http://169.254.169.254/latest", "http://[::1]:3000/"])(
    "are not %s: it is inside",
    async (address) => {
      await expect(add(address)).rejects.toMatchObject({
        code: "invalid",
        message: expect.stringContaining("EGRESS_ALLOW"),
      });
    },
  );

  it.each([
    ["webhook", "ftp://example.com/"],
    ["webhook", "https://user:password@example.com/"],
    ["webhook", "example.com"],
    ["email", "nobody"],
    ["email", "a@example.com\r\nBcc: b@example.com"],
  ])("are no %s %j", (channel, address) => {
    expect(AddAlarmTargetInput.safeParse({ channel, address }).success).toBe(false);
  });

  it("are no e-mail addresses while there is no mail server", async () => {
    const input = { channel: "email" as const, address: "ops@example.com" };
    await expect(addAlarmTarget(world.builder, { ...place(), input })).rejects.toMatchObject({
      code: "invalid",
      message: expect.stringContaining("SMTP_URL"),
    });
  });

  it("that are removed get nothing more, also not what was waiting", async () => {
    const { target } = await add();
    await test();
    await removeAlarmTarget(world.builder, { ...place(), targetId: target.id });
    expect(await newest()).toMatchObject({ status: "failed", nextAttemptAt: null });
    await expect(resendNotification(world.builder, (await newest()).id)).rejects.toMatchObject({ code: "conflict" });
  });
});

describe("a test", () => {
  it("is written for every target, and not again within ten seconds", async () => {
    await add();
    await add(`${url}/2`);
    expect(await test()).toEqual({ notifications: 2 });
    expect(await newest()).toMatchObject({
      kind: "test",
      rule: null,
      status: "waiting",
      address: `${url}/2`,
      attempts: [],
    });
    expect((await newest()).subject).toContain("Test:");
    // As if it had only just been sent, however long that is ago on a slow machine.
    const id = firstUuid7At(new Date(Date.now() + 60_000));
    await db.prisma.notification.update({ where: { id: (await newest()).id }, data: { id } });
    await expect(test()).rejects.toMatchObject({ code: "too_many_attempts" });
  });

  it("is not sent when an account would have sent more than a hundred within ten minutes", async () => {
    await add();
    await add(`${url}/2`);
    await test();
    const sent = await db.prisma.notification.findFirstOrThrow({ where: { webhookId } });
    const facts = sent.facts as object;
    // With the two that were sent and the two that shall be, a hundred and one.
    await db.prisma.notification.createMany({
      data: Array.from({ length: 97 }, () => ({ ...sent, facts, attempts: [], id: uuid7(), webhookId: uuid7() })),
    });
    await db.prisma.notification.updateMany({ where: { webhookId }, data: { webhookId: uuid7() } });
    await expect(test()).rejects.toMatchObject({ code: "too_many_attempts", message: expect.stringContaining("100") });
    await db.prisma.notification.delete({ where: { id: sent.id } });
    expect(await test()).toEqual({ notifications: 2 });
  });

  it("needs a target", async () => {
    await expect(test()).rejects.toMatchObject({ code: "invalid" });
  });
});

describe("what was sent", () => {
  it("is listed newest first, page by page, and narrowed", async () => {
    for (let index = 0; index < 3; index++) await add(`${url}/${index}`);
    await test();
    const first = await listNotifications(world.viewer, { limit: 2 });
    const second = await listNotifications(world.viewer, { limit: 2, cursor: first.next! });
    expect([...first.entries, ...second.entries].map(({ address }) => address)).toEqual(
      [2, 1, 0].map((index) => `${url}/${index}`),
    );
    expect(second.next).toBeNull();
    expect((await listNotifications(world.admin, { ...page, status: "sent" })).entries).toEqual([]);
    expect((await listNotifications(world.admin, { ...page, kind: "test", webhookId })).entries).toHaveLength(3);
  });

  it("is sent again from the first attempt on, with the same id, but not while it is being sent", async () => {
    await add();
    await test();
    const { id } = await newest();
    await db.prisma.notification.update({ where: { id }, data: { status: "FAILED", tries: 10, nextAttemptAt: null } });
    expect(await resendNotification(world.builder, id)).toMatchObject({ id, status: "waiting" });
    expect(await db.prisma.notification.findUniqueOrThrow({ where: { id } })).toMatchObject({ tries: 0, claim: 1 });
    await db.prisma.notification.update({ where: { id }, data: { lockedUntil: new Date(Date.now() + 60_000) } });
    await expect(resendNotification(world.builder, id)).rejects.toMatchObject({ code: "conflict" });
  });
});

it("the Webhooks Report shows what is raised", async () => {
  const since = Date.parse("2026-03-01T12:00:00Z");
  const alarm = { since, toldAt: since, brokenAt: since, percent: null };
  const state = { ...initialAlarmState(), silence: alarm };
  await db.prisma.webhookAlarm.create({ data: { webhookId, rules, state, raised: ["SILENCE"] } });
  const { alarms } = await getWebhook(world.admin, webhookId);
  expect(alarms).toEqual([{ rule: "silence", since: "2026-03-01T12:00:00.000Z", percent: null }]);
});

describe("who may", () => {
  const changes: [string, (ctx: AccountContext) => Promise<unknown>][] = [
    ["setAlarmRules", (ctx) => setAlarmRules(ctx, { ...place(), rules })],
    ["addAlarmTarget", (ctx) => add(url, ctx)],
    ["removeAlarmTarget", (ctx) => removeAlarmTarget(ctx, { ...place(), targetId: webhookId })],
    ["sendTest", (ctx) => test(ctx)],
  ];

  it.each(changes)("viewers may not %s", async (_, change) => {
    await expect(change(world.viewer)).rejects.toMatchObject({ code: "forbidden" });
  });

  it.each([...changes, ["getAlarm", (ctx: AccountContext) => getAlarm(ctx, cycle.cycleId, "start")] as const])(
    "another account finds nothing with %s",
    async (_, attempt) => {
      await expect(attempt(world.stranger)).rejects.toMatchObject({ code: "not_found" });
    },
  );

  it.each<[string, (world: World, elsewhere: World) => Context]>([
    ["a builder of another account", ({ stranger }) => stranger],
    ["an admin of another partner", (_, { admin }) => admin],
  ])("%s sees nothing that was sent, and sends nothing again", async (_, contextOf) => {
    const ctx = contextOf(world, elsewhere);
    await add();
    await test();
    const { id } = await newest();
    expect((await listNotifications(ctx, page)).entries).toEqual([]);
    await expect(listNotifications(ctx, { ...page, accountId: world.accountId })).rejects.toMatchObject({
      code: "not_found",
    });
    await expect(resendNotification(ctx, id)).rejects.toMatchObject({ code: "not_found" });
    await expect(resendNotification(world.viewer, id)).rejects.toMatchObject({ code: "forbidden" });
  });
});
