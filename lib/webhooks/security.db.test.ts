import { randomBytes } from "node:crypto";
import { inspect } from "node:util";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { checkWords } from "@/lib/core/webhook-senders";
import { type TestDatabase, testDatabase } from "@/lib/db/testing";
import { stopCycle } from "@/lib/services/cycles/stop";
import { getReceipt } from "@/lib/services/receipts/get";
import { makeSecretCurrent } from "@/lib/services/secrets/make-current";
import { removeSecret } from "@/lib/services/secrets/remove";
import { setSecret } from "@/lib/services/secrets/set";
import { createWorld, type World } from "@/lib/services/testing";
import { setAllowedIps } from "@/lib/services/webhooks/allowed-ips";
import { captureLog } from "@/lib/testing-log";
import { LARGE_BODIES_PER_HOUR } from "./recorder";
import { startTestServer, type TestAnswer, type TestServer } from "./test-server";
import {
  BODY,
  type CheckedCycle,
  type CheckedWish,
  makeCheckedCycle,
  type SenderCase,
  senders,
  signedBy,
} from "./testing-security";
import { EXPLAINED_BODY_BYTES } from "./visit";

const NOW = Date.UTC(2026, 10, 22, 2);

let database: TestDatabase;
let world: World;
let web: TestServer;
let other: TestServer;
beforeAll(async () => {
  database = await testDatabase();
  world = await createWorld(database);
  web = await startTestServer(database, { now: () => NOW, settings: { TRUSTED_PROXIES: ["127.0.0.1"] } });
  other = await startTestServer(database, { now: () => NOW });
});
afterAll(async () => {
  await web.close();
  await other.close();
  await database.close();
});

const make = (wish?: CheckedWish) => makeCheckedCycle(world.builder, wish);
const tokenCheck = { kind: "token", name: "X-Token" };
const makeWithToken = (wish: CheckedWish = {}) => make({ check: tokenCheck, secrets: { check: "t0k3n" }, ...wish });
const sendToken = (cycle: CheckedCycle, token: string, on = web) =>
  on.send(cycle.path, { headers: { "X-Token": token, "Content-Type": "application/json" }, body: BODY });
const statusOf = async (answer: Promise<TestAnswer>) => (await answer).status;
const receiptOf = async (answer: TestAnswer) => {
  const id = String(answer.headers["x-spoke-request-id"]);
  await expect.poll(() => database.prisma.receipt.findUnique({ where: { id } })).not.toBeNull();
  return getReceipt(world.builder, id);
};
/** The bodies on the receipt of an answer: as steps read it, and as it came. */
const storedBodies = async (answer: TestAnswer) => {
  const { id } = await receiptOf(answer);
  const { body, rawBody } = await database.prisma.receipt.findUniqueOrThrow({ where: { id } });
  return { body: Buffer.from(body ?? []).toString(), rawBody: rawBody && Buffer.from(rawBody) };
};
const notVerified = { status: 401, body: "Webhook signature is not valid." };

/** Sends what a sender signs for a cycle; `sent` is a body that was changed after that. */
async function sendSigned(cycle: CheckedCycle, sender: SenderCase, changes: { sent?: string; secret?: string } = {}) {
  const { path, ...request } = await signedBy(cycle, sender, { ...changes, now: NOW });
  return web.send(path, request);
}

describe("a check", () => {
  it("is tried here for every kind that there is", () => {
    const tried = Object.values(senders).map(({ check }) => check.kind);
    expect([...new Set(tried), "none"].sort()).toEqual(Object.keys(checkWords).sort());
  });

  it.each(Object.entries(senders))("lets through what %s sends, and nothing without it", async (_name, sender) => {
    const cycle = await make({ check: sender.check, secrets: { check: sender.secret } });
    expect(await sendSigned(cycle, sender)).toMatchObject({ status: 200, body: "Webhook accepted." });
    const bare = await web.send(cycle.path, { headers: { "Content-Type": "application/json" }, body: BODY });
    expect(bare).toMatchObject(notVerified);
    const receipt = await receiptOf(bare);
    expect(receipt).toMatchObject({ outcome: "not-verified", status: 401, answer: { body: notVerified.body } });
    expect(receipt.reason).toMatch(/is missing\.$/);
  });

  const signing = Object.entries(senders).filter(([, { check }]) => !["token", "basic"].includes(check.kind));
  it.each(signing)("refuses what %s signed with another secret or for another body", async (_name, sender) => {
    const cycle = await make({ check: sender.check, secrets: { check: sender.secret } });
    const wrong = `${sender.secret.slice(0, -3)}AAA`;
    for (const answer of [
      await sendSigned(cycle, sender, { secret: wrong }),
      await sendSigned(cycle, sender, { sent: `${sender.body ?? BODY} ` }),
    ]) {
      expect(answer).toMatchObject(notVerified);
      expect((await receiptOf(answer)).reason).toBe("The signature fits none of the stored secrets.");
    }
  });

  it.each(Object.entries(senders))(
    "takes both secrets of %s during a change, and then the second alone",
    async (_name, sender) => {
      const wrong = `${sender.secret.slice(0, -3)}AAA`;
      const cycle = await make({ check: sender.check, secrets: { check: wrong, "check-next": sender.secret } });
      const withWrong = sender.query === `key=${sender.secret}` ? { ...sender, query: `key=${wrong}` } : sender;
      expect(await sendSigned(cycle, withWrong, { secret: wrong })).toMatchObject({ status: 200 });
      expect(await sendSigned(cycle, sender)).toMatchObject({ status: 200 });
      await makeSecretCurrent(world.builder, cycle.cycleId, "start");
      await expect.poll(() => statusOf(sendSigned(cycle, withWrong, { secret: wrong }))).toBe(401);
      expect(await sendSigned(cycle, sender)).toMatchObject({ status: 200 });
    },
  );

  it("takes a compressed body signed as it came, and signed before it was compressed", async () => {
    const { hmac } = senders;
    const cycle = await make({ check: hmac!.check, secrets: { check: hmac!.secret } });
    const packed = gzipSync(BODY);
    for (const signed of [packed, BODY]) {
      const headers = await hmac!.headers({ url: cycle.url, body: signed as string, secret: hmac!.secret, now: NOW });
      const answer = await web.send(cycle.path, {
        headers: { ...headers, "Content-Type": "application/json", "Content-Encoding": "gzip" },
        body: packed,
      });
      expect(answer.status).toBe(200);
      expect(await storedBodies(answer)).toEqual({ body: BODY, rawBody: packed });
    }
    const headers = { "Content-Type": "application/json", "Content-Encoding": "gzip" };
    const refused = await web.send(cycle.path, { headers, body: packed });
    expect(refused).toMatchObject(notVerified);
    expect(await storedBodies(refused)).toEqual({ body: BODY, rawBody: packed });
  });

  it("keeps a compressed body as it came only where a signature is checked, and only whole", async () => {
    const { hmac } = senders;
    const headers = { "Content-Type": "application/json", "Content-Encoding": "gzip", "X-Token": "t0k3n" };
    const withToken = await web.send((await makeWithToken()).path, { headers, body: gzipSync(BODY) });
    expect(withToken.status).toBe(200);
    expect(await storedBodies(withToken)).toEqual({ body: BODY, rawBody: null });
    const signed = await make({ check: hmac!.check, secrets: { check: hmac!.secret } });
    const large = await web.send(signed.path, { headers, body: gzipSync(randomBytes(80_000)) });
    expect(large).toMatchObject(notVerified);
    expect((await storedBodies(large)).rawBody).toBeNull();
  });
});

describe("the order of the checks", () => {
  it("is address, token, then the answer to GET and HEAD", async () => {
    const cycle = await makeWithToken({ type: "webhook-ip-filtered" });
    const { cycleId, path } = cycle;
    expect(await sendToken(cycle, "wrong")).toMatchObject({
      status: 403,
      body: "Webhook request not allowed from this IP address.",
    });
    await setAllowedIps(world.builder, { cycleId, stepId: "start" }, { allowedIps: "127.0.0.1" });
    await expect.poll(() => statusOf(sendToken(cycle, "wrong"))).toBe(401);
    expect(await statusOf(web.send(path, { method: "GET" }))).toBe(401);
    expect(await statusOf(web.send(path, { method: "HEAD" }))).toBe(401);
    const found = await web.send(path, { method: "GET", headers: { "X-Token": "t0k3n" } });
    expect(found).toMatchObject({ status: 200, body: "Webhook found." });
  });

  it("puts method and size before them", async () => {
    const { path } = await makeWithToken({ type: "webhook-ip-filtered" });
    expect(await statusOf(web.send(path, { method: "PUT" }))).toBe(405);
    expect(await statusOf(web.send(path, { body: Buffer.alloc(100_001) }))).toBe(413);
  });

  it("puts the state of the cycle and the reading of the body behind them", async () => {
    const cycle = await makeWithToken({ start: false });
    expect(await statusOf(sendToken(cycle, "wrong"))).toBe(401);
    expect(await statusOf(sendToken(cycle, "t0k3n"))).toBe(406);
    const running = await makeWithToken();
    const headers = { "Content-Type": "application/json", "X-Token": "wrong" };
    expect(await statusOf(web.send(running.path, { headers, body: "{" }))).toBe(401);
    expect(await statusOf(web.send(running.path, { headers: { ...headers, "X-Token": "t0k3n" }, body: "{" }))).toBe(
      400,
    );
  });
});

describe("the list of addresses", () => {
  const allow = ({ cycleId }: CheckedCycle, allowedIps: string) =>
    setAllowedIps(world.builder, { cycleId, stepId: "start" }, { allowedIps });
  const from = (cycle: CheckedCycle, address: string, on = web) =>
    on.send(cycle.path, { headers: { "X-Forwarded-For": address }, body: BODY });

  it("lets nobody through while it is blank, and says so on the receipt", async () => {
    const cycle = await make({ type: "webhook-ip-filtered" });
    const answer = await web.send(cycle.path, { body: BODY });
    expect(answer.status).toBe(403);
    expect(await receiptOf(answer)).toMatchObject({
      outcome: "ip-not-allowed",
      reason: "The list of allowed addresses is empty.",
      answer: { status: 403, body: "Webhook request not allowed from this IP address." },
    });
  });

  it("takes IPv4, IPv6 and ranges, and believes a trusted proxy only", async () => {
    const cycle = await make({ type: "webhook-ip-filtered" });
    await allow(cycle, "203.0.113.7, 198.51.100.0/24 # the office\n2001:db8::/32");
    await expect.poll(() => statusOf(from(cycle, "203.0.113.7"))).toBe(200);
    expect(await statusOf(from(cycle, "198.51.100.255"))).toBe(200);
    expect(await statusOf(from(cycle, "2001:db8:1::1"))).toBe(200);
    expect(await statusOf(from(cycle, "::ffff:203.0.113.7"))).toBe(200);
    const refused = await from(cycle, "203.0.113.8");
    expect(refused.status).toBe(403);
    expect((await receiptOf(refused)).reason).toBe("203.0.113.8 is not on the list.");
    expect(await statusOf(from(cycle, "203.0.113.7", other))).toBe(403);
  });

  it("takes effect at once on every door, without a publish", async () => {
    const cycle = await make({ type: "webhook-ip-filtered" });
    const both = () => Promise.all([web, other].map((on) => statusOf(on.send(cycle.path, { body: BODY }))));
    expect(await both()).toEqual([403, 403]);
    await allow(cycle, "127.0.0.0/8");
    await expect.poll(both).toEqual([200, 200]);
    await allow(cycle, "");
    await expect.poll(both).toEqual([403, 403]);
  });

  it("is nothing to a plain Webhook", async () => {
    const cycle = await make();
    await allow(cycle, "203.0.113.7");
    expect(await statusOf(web.send(cycle.path, { body: BODY }))).toBe(200);
  });
});

describe("a change of the secret", () => {
  it("takes effect at once on every door, and two are valid in between", async () => {
    const cycle = await makeWithToken();
    const place = { stepId: "start", name: "check-next" };
    const tokens = async () =>
      Promise.all([web, other].flatMap((on) => ["t0k3n", "n3w"].map((token) => statusOf(sendToken(cycle, token, on)))));
    expect(await tokens()).toEqual([200, 401, 200, 401]);
    await setSecret(world.builder, cycle.cycleId, { ...place, value: "n3w" });
    await expect.poll(tokens).toEqual([200, 200, 200, 200]);
    await makeSecretCurrent(world.builder, cycle.cycleId, "start");
    await expect.poll(tokens).toEqual([401, 200, 401, 200]);
    await removeSecret(world.builder, cycle.cycleId, { stepId: "start", name: "check" });
    await expect.poll(tokens).toEqual([401, 401, 401, 401]);
  });

  it("is refused to be made when no second one is stored", async () => {
    const { cycleId } = await makeWithToken();
    await expect(makeSecretCurrent(world.builder, cycleId, "start")).rejects.toMatchObject({ code: "not_found" });
  });
});

describe("Slack's challenge", () => {
  const body = '{"type":"url_verification","challenge":"3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P"}';
  const slack = { ...senders.slack!, body };
  const challenge = "3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P";

  it("is answered once it is signed, also while the cycle is stopped, and begins nothing", async () => {
    const cycle = await make({ check: slack.check, secrets: { check: slack.secret } });
    await stopCycle(world.builder, cycle.cycleId);
    const answer = await sendSigned(cycle, slack);
    expect(answer).toMatchObject({ status: 200, body: challenge });
    expect(await receiptOf(answer)).toMatchObject({
      outcome: "answered",
      transactionId: null,
      answer: { status: 200, body: challenge },
    });
    expect(await sendSigned(cycle, slack, { secret: "another" })).toMatchObject(notVerified);
  });
});

describe("Intercom's look at a new URL", () => {
  const { intercom } = senders;
  const look = ({ path }: CheckedCycle, signature?: string, method = "HEAD") =>
    web.send(path, { method, headers: signature === undefined ? {} : { "X-Hub-Signature": signature } });

  it("is answered without a signature, and nothing else is", async () => {
    const cycle = await make({ check: intercom!.check, secrets: { check: intercom!.secret } });
    const answer = await look(cycle);
    expect(answer.status).toBe(200);
    expect(await receiptOf(answer)).toMatchObject({ outcome: "answered", transactionId: null });
    expect(await statusOf(look(cycle, `sha1=${"0".repeat(40)}`))).toBe(401);
    expect(await statusOf(look(cycle, undefined, "GET"))).toBe(401);
    expect(await statusOf(look(cycle, undefined, "POST"))).toBe(401);
  });

  it("is refused while the secret is missing, and where another sender is expected", async () => {
    const cycle = await make({ check: intercom!.check, secrets: { check: intercom!.secret } });
    await removeSecret(world.builder, cycle.cycleId, { stepId: "start", name: "check" });
    expect(await statusOf(look(cycle))).toBe(401);
    expect(await statusOf(look(await make({ check: senders.github!.check, secrets: { check: "key" } })))).toBe(401);
  });
});

it("checks who is let in by a second look, when the first knew of no check", async () => {
  const cycle = await make({ check: tokenCheck, secrets: { check: "t0k3n" }, start: true });
  const where = { id: cycle.cycleId };
  const { publishedVersionId, state } = await database.prisma.cycle.findUniqueOrThrow({ where });
  // As it was before it was published and started, of which the door has not heard.
  await database.prisma.cycle.update({ where, data: { publishedVersionId: null, state: "NEVER_STARTED" } });
  expect((await sendToken(cycle, "wrong")).status).toBe(406);
  await database.prisma.cycle.update({ where, data: { publishedVersionId, state } });
  expect((await sendToken(cycle, "wrong")).status).toBe(401);
  expect((await sendToken(cycle, "t0k3n")).status).toBe(200);
});

describe("what is kept", () => {
  it("is the whole body of a request that did not pass, up to 64 KiB", async () => {
    const cycle = await makeWithToken();
    const send = (bytes: number) => web.send(cycle.path, { body: Buffer.alloc(bytes, "x") });
    const whole = await receiptOf(await send(EXPLAINED_BODY_BYTES));
    expect([whole.body.text?.length, whole.body.cut]).toEqual([EXPLAINED_BODY_BYTES, false]);
    const cut = await receiptOf(await send(EXPLAINED_BODY_BYTES + 1));
    expect([cut.body.text?.length, cut.body.cut]).toEqual([EXPLAINED_BODY_BYTES, true]);
  });

  it("is the beginning alone once many came within the hour", async () => {
    const cycle = await makeWithToken();
    const send = () => web.send(cycle.path, { body: Buffer.alloc(5_000, "x") });
    for (let sent = 0; sent < LARGE_BODIES_PER_HOUR; sent++) await send();
    const last = await receiptOf(await send());
    expect([last.body.text?.length, last.body.cut]).toEqual([4096, true]);
  });

  it("holds nothing of a secret, in receipts, logs, the cache and the views of the API", async () => {
    const secret = "n0b0dy-may-see-this";
    const captured = captureLog("trace");
    const cycle = await make({ check: tokenCheck, secrets: { check: secret, "check-next": `${secret}2` } });
    const answers = [await sendToken(cycle, "wrong"), await sendToken(cycle, secret)];
    const cached = await web.door.cache.find(cycle.identifier);
    await expect.poll(() => database.prisma.receipt.count({ where: { cycleId: cycle.cycleId } })).toBe(2);
    captured.end();
    const refused = await receiptOf(answers[0]!);
    const shown = [captured.text, inspect(cached, { depth: 10, showHidden: true }), JSON.stringify([cached, refused])];
    expect(answers.map(({ status }) => status)).toEqual([401, 200]);
    expect(shown.filter((text) => text.includes(secret))).toEqual([]);
  });
});
