import { afterAll, beforeAll, expect, it } from "vitest";
import { type TestDatabase, testDatabase } from "@/lib/db/testing";
import { startTestServer, type TestServer } from "@/lib/webhooks/test-server";
import { copyCycle } from "../cycles/copy";
import { startCycle } from "../cycles/start";
import { listReceiptsOfWebhook } from "../receipts/list-of-webhook";
import { search } from "../search/search";
import { createPublishedCycle, createWorld, type MadeCycle, type World } from "../testing";
import { listWebhooks } from "./list";

let database: TestDatabase;
let web: TestServer;
let world: World;
let tested: MadeCycle;
let identifier: string;
beforeAll(async () => {
  database = await testDatabase();
  web = await startTestServer(database);
  world = await createWorld(database);
  tested = await createPublishedCycle(world.builder, undefined, { start: false });
  identifier = tested.webhooks.start!;
  await database.prisma.template.create({
    data: {
      partnerId: world.partnerId,
      name: "Onboarding",
      releases: { create: [{ number: 1 }, { number: 2, cycle: { connect: { id: tested.cycleId } } }] },
    },
  });
});
afterAll(async () => {
  await web.close();
  await database.close();
});

const find = (q: string) => listWebhooks(world.admin, { limit: 50, q });

it.each([
  ["its identifier", (id: string) => id],
  ["its URL", (id: string) => `https://spoke.example.com/api/webhook/${id}`],
  ["a part of it", (id: string) => id.slice(3, 9)],
])("finds the webhook of a template's release by %s, and says which release it is", async (_by, toText) => {
  expect((await find(toText(identifier))).entries).toMatchObject([
    { identifier, release: { template: { name: "Onboarding" }, number: 2 }, step: { id: "start", deleted: false } },
  ]);
  expect(await search(world.admin, identifier)).toMatchObject([{ hint: "Template › Release 2 of Onboarding › start" }]);
});

it("answers at the URL of a release as at any other: found, not active, and accepted once its test is started", async () => {
  const path = `/api/webhook/${identifier}`;
  const send = (method: string) =>
    web.send(path, {
      method,
      ...(method === "POST" && { headers: { "Content-Type": "application/json" }, body: "{}" }),
    });
  expect(await send("GET")).toMatchObject({ status: 200, body: "Webhook found." });
  expect(await send("POST")).toMatchObject({ status: 406, body: "Please make sure your webhook is active." });
  await startCycle(world.builder, tested.cycleId, { once: false });
  const accepted = await send("POST");
  expect(accepted).toMatchObject({ status: 200, body: "Webhook accepted." });
  const transaction = await database.prisma.transaction.findUniqueOrThrow({
    where: { id: String(accepted.headers["x-spoke-transaction-id"]) },
  });
  expect(transaction.cycleId).toBe(tested.cycleId);
  const [webhook] = (await find(identifier)).entries;
  await expect
    .poll(async () =>
      (await listReceiptsOfWebhook(world.admin, webhook!.id, { limit: 50 })).entries.map((r) => r.outcome),
    )
    .toEqual(["accepted", "not-active", "found"]);
});

it("gives what is made of a release a URL of its own, that no release has", async () => {
  const copy = await copyCycle(world.builder, tested.cycleId);
  const url = copy.webhooks[0]!.identifier;
  expect(url).not.toBe(identifier);
  expect((await find(url)).entries).toMatchObject([{ identifier: url, release: null }]);
});

it("refuses a second cycle for a release", async () => {
  const release = await database.prisma.release.findFirstOrThrow({ where: { number: 2 } });
  const other = await createPublishedCycle(world.builder, undefined, { start: false });
  await expect(
    database.prisma.cycle.update({ where: { id: other.cycleId }, data: { releaseId: release.id } }),
  ).rejects.toMatchObject({ code: "P2002" });
});
