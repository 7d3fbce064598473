import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { firstUuid7At } from "@/lib/core/uuid7-range";
import { uuid7 } from "@/lib/db/ids";
import { type TestDatabase, testDatabase } from "@/lib/db/testing";
import { answerReceipts } from "@/lib/queue/receipts";
import { search } from "../search/search";
import {
  acceptRequest,
  createPublishedCycle,
  createWorld,
  type MadeCycle,
  refuseRequest,
  type World,
} from "../testing";
import { getTransaction } from "../transactions/get";
import { getReceipt } from "./get";
import { listReceiptsOfStep } from "./list-of-step";
import { listReceiptsOfWebhook } from "./list-of-webhook";

let database: TestDatabase;
let world: World;
let cycle: MadeCycle;
beforeAll(async () => {
  database = await testDatabase();
});
beforeEach(async () => {
  world = await createWorld(database);
  cycle = await createPublishedCycle(world.builder);
});
afterAll(() => database.close());

const list = (query: Partial<Parameters<typeof listReceiptsOfStep>[2]> = {}) =>
  listReceiptsOfStep(world.viewer, { cycleId: cycle.cycleId, stepId: "start" }, { limit: 50, ...query });
const foundBy = async (query: Parameters<typeof list>[0]) => (await list(query)).entries.map(({ id }) => id);

describe("listReceiptsOfStep", () => {
  it("gives accepted and refused requests, newest first, page by page", async () => {
    const accepted = await acceptRequest(world.builder, cycle);
    const refused = await refuseRequest(world.builder, cycle, { outcome: "NOT_ACTIVE", status: 406 });
    const first = await list({ limit: 1 });
    expect(first.entries).toMatchObject([{ id: refused, outcome: "not-active", status: 406, transactionId: null }]);
    expect((await list({ limit: 1, cursor: first.next! })).entries).toMatchObject([
      { id: accepted.receiptId, outcome: "accepted", transactionId: accepted.transactionId },
    ]);
  });

  it("narrows by answer, time, caller and body", async () => {
    const one = await acceptRequest(world.builder, cycle, `{"sku":"LAMP-3"}`, { clientIp: "198.51.100.1" });
    const two = await refuseRequest(world.builder, cycle, { outcome: "UNREADABLE", status: 400 }, "{lamp-3");
    expect(await foundBy({ outcome: "unreadable" })).toEqual([two]);
    expect(await foundBy({ clientIp: "198.51.100.1" })).toEqual([one.receiptId]);
    expect(await foundBy({ to: "2020-01-01T00:00:00Z" })).toEqual([]);
    expect(await foundBy({ q: "lamp-3" })).toEqual([two, one.receiptId]);
    expect(await foundBy({ q: "LAMP-3", outcome: "accepted" })).toEqual([one.receiptId]);
    expect(await foundBy({ q: two })).toEqual([two]);
    expect(await foundBy({ q: one.transactionId })).toEqual([one.receiptId]);
  });

  it("finds the requests of a time to the millisecond, with a clock that was set back as well", async () => {
    const noon = Date.now() - 60_000;
    const at = (ms: number, idMs = ms) =>
      refuseRequest(world.builder, cycle, {
        outcome: "NOT_ACTIVE",
        status: 406,
        id: firstUuid7At(new Date(noon + idMs)).slice(0, 13) + uuid7().slice(13),
        receivedAt: noon + ms,
      });
    await at(-1);
    const first = await at(0);
    const setBack = await at(1, 5_000);
    const last = await at(1_000);
    await at(1_001);
    const [from, to] = [0, 1_000].map((ms) => new Date(noon + ms).toISOString());
    expect(await foundBy({ from, to })).toEqual([setBack, last, first]);
    expect(await foundBy({ from, to, clientIp: "no such" })).toEqual([]);
  });

  it("looks into bodies that are no text", async () => {
    const { receiptId } = await acceptRequest(world.builder, cycle, "", {
      body: Buffer.concat([Buffer.from([0, 255, 92]), Buffer.from("needle"), gzipSync("x")]),
    });
    expect(await foundBy({ q: "needle" })).toEqual([receiptId]);
  });
});

describe("listReceiptsOfWebhook", () => {
  it("gives a partner admin the same", async () => {
    const { receiptId } = await acceptRequest(world.builder, cycle);
    const webhook = await database.prisma.webhook.findFirstOrThrow({ where: { cycleId: cycle.cycleId } });
    expect((await listReceiptsOfWebhook(world.admin, webhook.id, { limit: 5 })).entries).toMatchObject([
      { id: receiptId },
    ]);
  });
});

describe("getReceipt", () => {
  it("shows the whole request and what it was answered", async () => {
    const { receiptId, transactionId } = await acceptRequest(world.builder, cycle, `{"a":1}`, { query: "x=1&y" });
    expect(await getReceipt(world.viewer, receiptId)).toMatchObject({
      accountId: world.accountId,
      cycleId: cycle.cycleId,
      query: "x=1&y",
      headers: [["Content-Type", "application/json"]],
      body: { text: `{"a":1}`, base64: null, cut: false },
      answer: {
        status: 200,
        body: "Webhook accepted.",
        headers: expect.arrayContaining([
          ["X-Spoke-Request-Id", receiptId],
          ["X-Spoke-Transaction-Id", transactionId],
        ]),
      },
    });
  });

  it.each([
    ["NOT_ACTIVE", 406, null, "Please make sure your webhook is active."],
    ["UNREADABLE", 400, "JSON ends unexpectedly", "Webhook body could not be read: JSON ends unexpectedly"],
    ["FOUND", 200, null, "Webhook found."],
    ["METHOD_NOT_ALLOWED", 405, null, "Method not allowed. Send a POST request."],
    ["NOT_STORED", 503, null, "Webhook could not be stored. Please retry."],
  ] as const)("shows how %s was answered", async (outcome, status, reason, body) => {
    const id = await refuseRequest(world.builder, cycle, { outcome, status, reason });
    expect((await getReceipt(world.viewer, id)).answer).toMatchObject({ status, body });
  });

  it("shows the response of a synchronous transaction", async () => {
    const { receiptId, transactionId } = await acceptRequest(world.builder, cycle, "{}", { status: 404 });
    const response = { status: 404, headers: [["Content-Type", "application/json"]], body: `{"error":"none"}` };
    const data = { synchronous: true, response };
    await database.prisma.transaction.update({ where: { id: transactionId }, data });
    expect((await getReceipt(world.viewer, receiptId)).answer).toMatchObject({ status: 404, body: `{"error":"none"}` });
  });

  it.each([
    { what: "the answer", status: 404, reason: null, more: {} },
    { what: "that its caller hung up", status: null, reason: "The caller hung up before the answer.", more: {} },
    { what: "what its caller was told before it was stored", status: 503, reason: "Too late.", more: { status: 200 } },
  ])("shows $what of a request as it was noted later", async ({ status, reason, more }) => {
    const { receiptId, transactionId } = await acceptRequest(world.builder, cycle, "{}", { status: null, ...more });
    await answerReceipts(database.pool, [{ id: receiptId, status, durationMs: 12.5, reason }]);
    const noted = { status, durationMs: 12.5, reason };
    expect(await getReceipt(world.viewer, receiptId)).toMatchObject({ ...noted, answer: { status } });
    expect((await list()).entries).toMatchObject([{ id: receiptId, ...noted }]);
    expect((await getTransaction(world.viewer, transactionId)).receipt).toEqual(expect.objectContaining({ status }));
    const [found] = (await search(world.viewer, receiptId)).filter(({ kind }) => kind === "receipt");
    expect(found!.hint.endsWith(`, answered ${status}`)).toBe(status !== null);
  });

  it("says nothing of an answer that was never given", async () => {
    const { receiptId } = await acceptRequest(world.builder, cycle, "{}", { status: null });
    expect((await getReceipt(world.viewer, receiptId)).answer).toEqual({ status: null, headers: [], body: null });
  });

  it("gives bytes that are no text in base64", async () => {
    const { receiptId } = await acceptRequest(world.builder, cycle, "", { body: Buffer.from([0, 1, 255]) });
    expect((await getReceipt(world.viewer, receiptId)).body).toEqual({ text: null, base64: "AAH/", cut: false });
  });

  it("keeps requests to unknown identifiers to partner admins", async () => {
    const nobodys = { webhookId: null, accountId: null, cycleId: null, outcome: "NOT_FOUND" as const, status: 404 };
    const id = await refuseRequest(world.builder, cycle, nobodys);
    expect((await getReceipt(world.admin, id)).answer.body).toBe("Webhook not found.");
    await expect(getReceipt(world.builder, id)).rejects.toMatchObject({ code: "not_found" });
  });
});
