import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { Webhook } from "standardwebhooks";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { firstUuid7At } from "@/lib/core/uuid7-range";
import { uuid7 } from "@/lib/db/ids";
import { createCaller } from "@/lib/http/call";
import { createEgressGuard } from "@/lib/http/egress";
import { claimNotifications, deleteOldNotifications, settleNotifications } from "@/lib/queue/notifications";
import { addAlarmTarget } from "@/lib/services/alarms/add-target";
import { createWorld, type World } from "@/lib/services/testing";
import { startHousekeeping } from "./housekeeping";
import { sendNotifications } from "./notifications";
import { minutesUntil, testNotifications } from "./testing-notifications";

type Received = { headers: IncomingMessage["headers"]; body: string };

const { made, caller, outlets, send, notification, read, makeDue } = testNotifications();
/** Calls no private address. */
const wary = createCaller(createEgressGuard([]));
let server: Server;
let url: string;
let received: Received[] = [];
let answers: { status: number; body?: string; headers?: Record<string, string> }[] = [];

beforeAll(async () => {
  server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    received.push({ headers: request.headers, body: Buffer.concat(chunks).toString() });
    const { status, body, headers } = answers.shift() ?? { status: 204 };
    response.writeHead(status, headers).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
});
beforeEach(() => {
  received = [];
  answers = [];
});
afterAll(async () => {
  await wary.close();
  await new Promise((resolve) => server.close(resolve));
});

/** A target for the stub, with its secret; each has a path of its own. */
async function target(address = `${url}/${uuid7()}`) {
  const { db, world, cycle } = made();
  const input = { channel: "webhook" as const, address };
  const { target: added, secret } = await addAlarmTarget(
    world.builder,
    // The service refuses private addresses, as the environment of the tests allows none: the row is set to the stub below.
    { cycleId: cycle.cycleId, stepId: "start", input: { ...input, address: `https://example.com/${uuid7()}` } },
  );
  await db.prisma.alarmTarget.update({ where: { id: added.id }, data: { address } });
  return { id: added.id, address, secret: secret! };
}

test("signs what it sends so that the library of Standard Webhooks takes it", async () => {
  const { id: targetId, address, secret } = await target();
  const id = await notification({ targetId, address });
  expect(await send()).toBe(1);
  const [{ headers, body }] = received as [Received];
  expect(headers["webhook-id"]).toBe(id);
  const payload = new Webhook(secret).verify(body, headers as Record<string, string>);
  expect(payload).toMatchObject({
    type: "webhook.alarm.raised",
    timestamp: "1970-01-01T01:00:00.000Z",
    data: {
      subject: "Silent for 1 h: Nord › Orders › Order",
      cycle: { id: made().cycle.cycleId, name: "Orders" },
      alarm: { rule: "silence", since: "1970-01-01T00:00:00.000Z", limit: { hours: 1 } },
      reportUrl: `https://spoke.example/partner/webhooks/${made().webhookId}`,
    },
  });
  expect(() => new Webhook("whsec_AAAA").verify(body, headers as Record<string, string>)).toThrow();
  expect(await read(id)).toMatchObject({ status: "SENT", tries: 1, attempts: [{ status: 204, error: null }] });
  expect(await send()).toBe(0);
});

test("sends again with the same id after a refusal, later each time, until it is taken", async () => {
  const { id: targetId, address } = await target();
  const id = await notification({ targetId, address });
  answers = [
    { status: 500, body: "broken" },
    { status: 503, headers: { "retry-after": "1200" } },
    { status: 200, body: "ok" },
  ];
  await send();
  const first = await read(id);
  expect(first).toMatchObject({ status: "WAITING", tries: 1, attempts: [{ status: 500, answer: "broken" }] });
  expect(first.attempts[0]?.error).toMatch(/answered 500\.$/);
  expect(minutesUntil(first)).toBe(1);
  expect(await send()).toBe(0);
  await makeDue(id);
  await send();
  expect(minutesUntil(await read(id))).toBe(20);
  await makeDue(id);
  await send();
  expect(await read(id)).toMatchObject({ status: "SENT", tries: 3, nextAttemptAt: null });
  expect(received.map(({ headers }) => headers["webhook-id"])).toEqual([id, id, id]);
});

test("gives up after the last attempt, and at once when the target is gone", async () => {
  const { id: targetId, address } = await target();
  const last = await notification({ targetId, address });
  await made().db.prisma.notification.update({ where: { id: last }, data: { tries: 9 } });
  answers = [{ status: 500 }];
  await send();
  expect(await read(last)).toMatchObject({ status: "FAILED", tries: 10, nextAttemptAt: null });
  const gone = await notification({ targetId, address });
  answers = [{ status: 410 }];
  await send();
  expect(await read(gone)).toMatchObject({ status: "FAILED", tries: 1 });
});

test("calls no private address unless it is allowed, and says how to allow it", async () => {
  const { id: targetId, address } = await target();
  const id = await notification({ targetId, address });
  await send({ caller: wary });
  const row = await read(id);
  expect(row).toMatchObject({ status: "FAILED", attempts: [{ status: null }] });
  expect(row.attempts[0]?.error).toContain("EGRESS_ALLOW");
  expect(received).toEqual([]);
});

test("sends nothing for a target that was removed", async () => {
  const id = await notification({ targetId: uuid7(), address: url });
  await send();
  expect(await read(id)).toMatchObject({ status: "FAILED", attempts: [{ error: "This target was removed." }] });
  expect(received).toEqual([]);
});

test("workers at the same moment send each notification once", async () => {
  const { id: targetId, address } = await target();
  const ids = await Promise.all(Array.from({ length: 30 }, () => notification({ targetId, address })));
  const attempts = await Promise.all([send(), send(), send()]);
  expect(attempts.reduce((sum, count) => sum + count, 0)).toBe(30);
  expect(received.map(({ headers }) => headers["webhook-id"]).sort()).toEqual(ids.sort());
});

test("a target that is told much, and slowly, keeps no other waiting, nor do the many targets of one account", async () => {
  const away = await target();
  for (let count = 0; count < 30; count++) await notification({ targetId: away.id, address: away.address });
  const others = Array.from({ length: 30 }, (_, index) => ({ targetId: uuid7(), address: `${url}/${index}` }));
  for (const other of others) await notification(other);
  const mail = await notification({ targetId: uuid7(), address: "ops@example.com", channel: "EMAIL" });
  const { accountId } = (await createWorld(made().db)) as World;
  const neighbour = await notification({ targetId: uuid7(), address: `${url}/neighbour` });
  await made().db.prisma.notification.update({ where: { id: neighbour }, data: { accountId } });
  const claimed = await claimNotifications(made().db.pool, { limit: 20 });
  expect(claimed).toHaveLength(20);
  expect(claimed.filter(({ address }) => address === away.address)).toHaveLength(1);
  expect(claimed.map(({ id }) => id)).toContain(neighbour);
  const next = await claimNotifications(made().db.pool, { limit: 20 });
  expect(next.map(({ id }) => id)).toContain(mail);
});

test("what a dead worker had taken is sent by another, and the dead one changes nothing any more", async () => {
  const { id: targetId, address } = await target();
  const id = await notification({ targetId, address });
  const [dead] = await claimNotifications(made().db.pool, { limit: 10 });
  expect(await send()).toBe(0);
  await made().db.prisma.notification.update({ where: { id }, data: { lockedUntil: new Date(0) } });
  expect(await send()).toBe(1);
  expect(await read(id)).toMatchObject({ status: "SENT", tries: 1 });
  const late = { id, claim: dead!.claim, attempts: [], sent: false, delayMs: 1 };
  expect(await settleNotifications(made().db.pool, [late])).toBe(0);
  expect(await read(id)).toMatchObject({ status: "SENT", tries: 1 });
});

test("one that was broken off by a stop is not counted", async () => {
  const { id: targetId, address } = await target();
  const id = await notification({ targetId, address });
  const stopping = new AbortController();
  const caller = {
    call: async () => {
      stopping.abort();
      throw new Error("broken off");
    },
    close: async () => {},
  };
  await sendNotifications(made().db.pool, outlets({ caller }), stopping.signal);
  expect(await read(id)).toMatchObject({ status: "WAITING", tries: 0, attempts: [] });
});

test("keeps what was sent for 31 days", async () => {
  const id = await notification({ targetId: uuid7(), address: url });
  await send();
  expect(await deleteOldNotifications(made().db.pool, new Date(Date.now() + 30 * 86_400_000))).toBe(0);
  expect(await deleteOldNotifications(made().db.pool, new Date(Date.now() + 32 * 86_400_000))).toBe(1);
  expect(await made().db.prisma.notification.count({ where: { id } })).toBe(0);
});

test("removes all that are older, however many there are", async () => {
  const first = firstUuid7At(new Date(Date.now() - 40 * 86_400_000));
  await made().db.pool.query(
    `INSERT INTO "Notification" (id, "accountId", "webhookId", kind, facts, "targetId", channel, address, status)
     SELECT (left($1, 24) || lpad(to_hex(n), 12, '0'))::uuid, $2, $3, 'TEST', '{}', $3, 'EMAIL', 'ops@example.com', 'SENT'
     FROM generate_series(1, 1001) AS n`,
    [first, made().world.accountId, made().webhookId],
  );
  const housekeeping = startHousekeeping(made().db.pool, caller);
  await expect.poll(() => made().db.prisma.notification.count()).toBe(0);
  await housekeeping.stop();
});
