import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type TestDatabase, testDatabase } from "@/lib/db/testing";
import { env } from "@/lib/env";
import { webhookUrl } from "@/lib/services/cycles/webhook-urls";
import { setSecret } from "@/lib/services/secrets/set";
import { createWorld, type World } from "@/lib/services/testing";
import { explainReceipt } from "@/lib/services/webhooks/explain";
import { startTestServer, type TestAnswer, type TestServer } from "./test-server";
import { type CheckedCycle, makeCheckedCycle, type SenderCase, senders, signedBy } from "./testing-security";

const NOW = Date.UTC(2026, 10, 22, 2);

let database: TestDatabase;
let world: World;
let web: TestServer;
beforeAll(async () => {
  database = await testDatabase();
  world = await createWorld(database);
  // Explaining takes the URL from the environment, as the door does outside of tests.
  web = await startTestServer(database, { now: () => NOW, settings: { PUBLIC_URL: env().PUBLIC_URL } });
});
afterAll(async () => {
  await web.close();
  await database.close();
});

/** The explanation of an answer that has to be a refusal, in lines. */
async function explained(answer: TestAnswer): Promise<string> {
  expect(answer).toMatchObject({ status: 401, body: "Webhook signature is not valid." });
  const id = String(answer.headers["x-spoke-request-id"]);
  await expect.poll(() => database.prisma.receipt.findUnique({ where: { id } })).not.toBeNull();
  const { summary, findings } = await explainReceipt(world.builder, id);
  return [summary, ...findings.map(({ code, text }) => `${code}: ${text}`)].join("\n");
}

async function make({ check, secret }: SenderCase): Promise<CheckedCycle> {
  const cycle = await makeCheckedCycle(world.builder, { check, secrets: { check: secret } });
  return { ...cycle, url: webhookUrl(cycle.identifier) };
}
type Changes = { secret?: string; sent?: string; now?: number; without?: string };

/** Sends what the sender signed, changed on the way or made otherwise, and explains why it was refused. */
async function send(cycle: CheckedCycle, sender: SenderCase, { without, ...changes }: Changes = {}) {
  const { path, headers, body } = await signedBy(cycle, sender, { now: NOW, ...changes });
  const kept = Object.entries(headers).filter(([name]) => name !== without);
  return explained(await web.send(path, { headers: Object.fromEntries(kept), body }));
}

const signing = Object.entries(senders).filter(([, { check }]) => !["token", "basic"].includes(check.kind));
const timed = ["standard-webhooks", "stripe", "slack", "hubspot", "zendesk"];
const another = (secret: string) => `${secret.slice(0, -3)}AAA`;

describe("why a request was refused at the door", () => {
  it.each(signing)("is said of %s: another secret", async (_name, sender) => {
    const found = await send(await make(sender), sender, { secret: another(sender.secret) });
    expect(found).toMatch(
      /^The signature fits none of the stored secrets\.\nnothing-matches: .*made with another secret/,
    );
  });

  it.each(signing)("is said of %s: the secret of before", async (_name, sender) => {
    const cycle = await make(sender);
    await setSecret(world.builder, cycle.cycleId, { stepId: "start", name: "check", value: another(sender.secret) });
    const answer = async () => {
      const { path, ...request } = await signedBy(cycle, sender, { now: NOW });
      return web.send(path, request);
    };
    await expect.poll(async () => (await answer()).status).toBe(401);
    expect(await explained(await answer())).toMatch(/\nsecret: .*the secret that was stored before\. The sender still/);
  });

  it.each(signing)("is said of %s: a body that was changed", async (_name, sender) => {
    const cycle = await make(sender);
    const sent = `${sender.body ?? '{"order":{"id":"A-10"}}'}\n`;
    expect(await send(cycle, sender, { sent })).toMatch(
      /\nbody: .*without the line break at its end.*pass the bytes on/,
    );
  });

  it.each(signing)("is said of %s: each header that is missing", async (_name, sender) => {
    const cycle = await make(sender);
    const { headers } = await signedBy(cycle, sender, { now: NOW });
    const names = Object.keys(headers).filter((name) => name !== "Content-Type");
    expect(names.length).toBeGreaterThan(0);
    for (const without of names) {
      const [summary, ...findings] = (await send(cycle, sender, { without })).split("\n");
      expect(summary?.toLowerCase()).toBe(`the header ${without.toLowerCase()} is missing.`);
      expect(findings).not.toEqual([]);
    }
  });

  it.each(signing.filter(([name]) => timed.includes(name)))(
    "is said of %s: a time that is off, by how much and which way",
    async (_name, sender) => {
      const cycle = await make(sender);
      const late = await send(cycle, sender, { now: NOW - 423_000 });
      expect(late).toContain("off by 423 s (earlier than our clock); 300 s are allowed.\nright-but-late:");
      expect(late).toContain("signed 7 min 3 s before it came");
      const early = await send(cycle, sender, { now: NOW + 900_000 });
      expect(early).toContain("off by 900 s (later than our clock)");
    },
  );
});
