import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type TestDatabase, testDatabase } from "@/lib/db/testing";
import { addReceiptCounts } from "@/lib/queue/receipts";
import { deleteCycle } from "../cycles/delete";
import { getCycle } from "../cycles/get";
import { publishCycle } from "../cycles/publish";
import { saveDraft } from "../cycles/save-draft";
import { listUnknownReceipts } from "../receipts/list-of-unknown";
import {
  acceptRequest,
  createPublishedCycle,
  createWorld,
  type MadeCycle,
  refuseRequest,
  smallGraph,
  step,
  type World,
} from "../testing";
import { webhookCsvHeader, webhookCsvRows } from "./csv";
import { getWebhook } from "./get";
import { listWebhooks } from "./list";

let database: TestDatabase;
let world: World;
let cycle: MadeCycle;
let identifier: string;
beforeAll(async () => {
  database = await testDatabase();
});
beforeEach(async () => {
  world = await createWorld(database);
  cycle = await createPublishedCycle(world.builder, undefined, { name: "Orders" });
  identifier = cycle.webhooks.start!;
});
afterAll(() => database.close());

const list = (query: Partial<Parameters<typeof listWebhooks>[1]> = {}) =>
  listWebhooks(world.admin, { limit: 50, ...query });
const rename = (to: string) => database.prisma.webhook.update({ where: { identifier }, data: { identifier: to } });

describe("listWebhooks", () => {
  it.each([
    ["its identifier", (id: string) => id],
    ["its URL", (id: string) => `https://spoke.example.com/api/webhook/${id}`],
    ["its URL with what follows", (id: string) => `POST https://old.example/api/webhook/${id}?a=1#b`],
    ["4 characters of it", (id: string) => id.slice(9, 13)],
  ])("finds a webhook by %s", async (_by, toText) => {
    await createPublishedCycle(world.builder);
    const { entries } = await list({ q: toText(identifier) });
    expect(entries).toContainEqual(
      expect.objectContaining({
        identifier,
        account: { id: world.accountId, name: expect.any(String) },
        cycle: { id: cycle.cycleId, name: "Orders", state: "running", deleted: false },
        step: { id: "start", name: "start", deleted: false },
        builderHref: `/accounts/${world.accountId}/cycles/${cycle.cycleId}?step=start`,
      }),
    );
  });

  it("takes a whole identifier for that one alone, case and all", async () => {
    const lower = await createPublishedCycle(world.builder);
    await rename("AAAAbbbbCCCCddddEEEEff");
    await database.prisma.webhook.update({
      where: { identifier: lower.webhooks.start! },
      data: { identifier: "aaaabbbbccccddddeeeeff" },
    });
    const identifiersFor = async (q: string) => (await list({ q })).entries.map((webhook) => webhook.identifier);
    expect(await identifiersFor("AAAAbbbbCCCCddddEEEEff")).toEqual(["AAAAbbbbCCCCddddEEEEff"]);
    expect(await identifiersFor("bbbbCCCC")).toEqual(["AAAAbbbbCCCCddddEEEEff"]);
    expect(await identifiersFor("bbbbcccc")).toEqual(["aaaabbbbccccddddeeeeff"]);
    expect((await identifiersFor("BBBBCCCC")).sort()).toEqual(["AAAAbbbbCCCCddddEEEEff", "aaaabbbbccccddddeeeeff"]);
    await database.prisma.webhook.deleteMany({ where: { identifier: { in: await identifiersFor("BBBBCCCC") } } });
  });

  it("takes wildcards for themselves", async () => {
    expect((await list({ q: "%%%%" })).entries).toEqual([]);
    expect((await list({ q: "____" })).entries).toEqual([]);
  });

  it("asks for 4 characters", async () => {
    await expect(list({ q: "abc" })).rejects.toMatchObject({ code: "invalid" });
  });

  it("marks the webhooks of deleted steps and cycles", async () => {
    const { draftRevision } = await getCycle(world.builder, cycle.cycleId);
    const graph = { ...smallGraph, steps: [step("other", "webhook"), smallGraph.steps[1]!] };
    const edges = [{ from: "other", exit: "next", to: "end" }];
    await saveDraft(world.builder, cycle.cycleId, { revision: draftRevision, graph: { ...graph, edges } });
    expect((await list({ q: identifier })).entries).toMatchObject([{ step: { deleted: false } }]);
    await publishCycle(world.builder, cycle.cycleId);
    expect((await list({ q: identifier })).entries).toMatchObject([{ step: { deleted: true }, builderHref: null }]);
    await deleteCycle(world.builder, cycle.cycleId);
    expect((await list({ state: "deleted" })).entries).toMatchObject([
      { step: { id: "other" }, cycle: { deleted: true } },
      { step: { id: "start" }, cycle: { deleted: true } },
    ]);
    expect((await list({ state: "stopped" })).entries).toEqual([]);
  });

  it("narrows by account and state, page by page", async () => {
    const other = await createPublishedCycle(world.stranger, undefined, { start: false });
    expect((await list({ accountId: world.otherAccountId })).entries).toMatchObject([
      { identifier: other.webhooks.start },
    ]);
    expect((await list({ state: "never-started" })).entries).toMatchObject([{ identifier: other.webhooks.start }]);
    const first = await list({ limit: 1 });
    const second = await list({ limit: 1, cursor: first.next! });
    expect([...first.entries, ...second.entries].map((webhook) => webhook.identifier)).toEqual([
      other.webhooks.start,
      identifier,
    ]);
    expect(second.next).toBeNull();
  });

  it("counts requests to an identifier that no webhook has, which is found by one of them as well", async () => {
    const nobodys = { webhookId: null, accountId: null, cycleId: null, outcome: "NOT_FOUND", status: 404 } as const;
    const to = (unknown: string) => refuseRequest(world.builder, cycle, { ...nobodys, identifier: unknown });
    const [id] = [await to("NobodyHasThisIdentif22"), await to("NobodyHasThisIdentif22"), await to("NorThis")];
    const found = { entries: [], unknown: 2, unknownIdentifier: "NobodyHasThisIdentif22" };
    for (const q of ["https://x.example/api/webhook/NobodyHasThisIdentif22", id, id.toUpperCase()])
      expect(await list({ q })).toMatchObject(found);
    expect(await list({ q: randomUUID() })).toMatchObject({ unknown: 0, unknownIdentifier: null });
  });

  it("lists requests to an identifier that no webhook has, for partner admins", async () => {
    const nobodys = { webhookId: null, accountId: null, cycleId: null, outcome: "NOT_FOUND", status: 404 } as const;
    const to = (unknown: string, body: string) =>
      refuseRequest(world.builder, cycle, { ...nobodys, identifier: unknown }, body);
    const ids = [await to("Nobodys33", "{}"), await to("Nobodys33", "needle"), await to("AnotherNobodys33", "needle")];
    const foundBy = async (query: object) =>
      (await listUnknownReceipts(world.admin, { limit: 50, ...query })).entries.map((receipt) => receipt.id);
    expect(await foundBy({ identifier: "Nobodys33" })).toEqual([ids[1], ids[0]]);
    expect(await foundBy({ identifier: "Nobodys33", q: "needle" })).toEqual([ids[1]]);
    expect(await foundBy({ identifier: "Nobodys33", q: ids[0] })).toEqual([ids[0]]);
    expect(await foundBy({ identifier: "nobodys33" })).toEqual([]);
    expect((await foundBy({})).slice(0, 3)).toEqual(ids.toReversed());
    await acceptRequest(world.builder, cycle, "needle");
    expect(await foundBy({ q: "needle", limit: 2 })).toEqual([ids[2], ids[1]]);
    await expect(listUnknownReceipts(world.builder, { limit: 5 })).rejects.toMatchObject({ code: "forbidden" });
  });

  it("counts the answers of the last 24 hours", async () => {
    const { id: webhookId } = (await list({ q: identifier })).entries[0]!;
    const hour = (back: number) => Math.floor(Date.now() / 3_600_000 - back) * 3_600_000;
    const count = (outcome: "ACCEPTED" | "NOT_ACTIVE", back: number, number: number, unrecorded = 0) =>
      addReceiptCounts(database.pool, [{ webhookId, outcome, hour: hour(back), count: number, unrecorded }]);
    await count("ACCEPTED", 0, 5);
    await count("ACCEPTED", 23, 2);
    await count("ACCEPTED", 26, 100);
    await count("NOT_ACTIVE", 1, 9, 4);
    const { last24h } = await getWebhook(world.admin, webhookId);
    expect(last24h).toHaveLength(2);
    expect(last24h).toContainEqual({ outcome: "accepted", count: 7, unrecorded: 0 });
    expect(last24h).toContainEqual({ outcome: "not-active", count: 9, unrecorded: 4 });
  });

  it("finds one among many", async () => {
    await database.pool.query(
      `INSERT INTO "Webhook" (id, identifier, "accountId", "cycleId", "stepId", "stepName")
       SELECT gen_random_uuid(), substr(md5(n::text) || md5((-n)::text), 1, 22), $1, $2, 's' || n, 'Step'
       FROM generate_series(1, 5000) AS n`,
      [world.accountId, cycle.cycleId],
    );
    expect((await list({ q: identifier })).entries).toMatchObject([{ identifier }]);
    expect((await list({ q: identifier.slice(2, 20) })).entries).toMatchObject([{ identifier }]);
    expect((await list({ q: identifier.slice(-6).toLowerCase() })).entries).toMatchObject([{ identifier }]);
    expect((await list({ limit: 50 })).entries).toHaveLength(50);
    await database.pool.query(`DELETE FROM "Webhook" WHERE "stepName" = 'Step'`);
  });
});

describe("webhookCsvRows", () => {
  it("gives every page, one row for each webhook", async () => {
    await createPublishedCycle(world.builder, undefined, { name: "Second" });
    const rows: unknown[][] = [];
    for await (const page of await webhookCsvRows(world.admin, { limit: 50 })) rows.push(...page);
    expect(rows).toHaveLength(2);
    expect(rows[1]).toEqual(expect.arrayContaining([identifier, "Orders", "running", "no", 0]));
    expect(rows[0]).toHaveLength(webhookCsvHeader.length);
  });

  it("refuses at once what the list refuses", async () => {
    await expect(webhookCsvRows(world.admin, { limit: 50, q: "a" })).rejects.toMatchObject({ code: "invalid" });
  });
});
