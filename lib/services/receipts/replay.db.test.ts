import { createHmac, randomUUID } from "node:crypto";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { firstUuid7At, timeOfUuid7 } from "@/lib/core/uuid7-range";
import { uuid7 } from "@/lib/db/ids";
import { type TestDatabase, testDatabase } from "@/lib/db/testing";
import type { ReceiptRow } from "@/lib/queue/receipt-rows";
import { closeScriptPool, setScriptPool } from "@/lib/script/scripts";
import { newTestPool, PATIENT } from "@/lib/script/testing";
import { publishCycle } from "../cycles/publish";
import { saveDraft } from "../cycles/save-draft";
import { stopCycle } from "../cycles/stop";
import { setSecret } from "../secrets/set";
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
import { getTransaction } from "../transactions/get";
import { replayTransaction } from "../transactions/replay";
import { getReceipt } from "./get";
import { listReceiptsOfStep } from "./list-of-step";
import { replayReceipt, replayReceipts } from "./replay";

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
afterAll(async () => {
  await closeScriptPool();
  await database.close();
});

const plain = { checked: false };
const refused = { outcome: "NOT_ACTIVE", status: 406 } as const;
const token = { kind: "token", in: "header", name: "X-Token" };
const tokenGraph = {
  ...smallGraph,
  steps: [step("start", "webhook", { settings: { check: token } }), ...smallGraph.steps.slice(1)],
};

/** Publishes the draft again, changed so that it is another version. */
async function publishAgain(graph = smallGraph) {
  const { draftRevision } = await database.prisma.cycle.findUniqueOrThrow({ where: { id: cycle.cycleId } });
  const changed = { ...graph, variables: [{ name: "made", value: String(draftRevision) }] };
  await saveDraft(world.builder, cycle.cycleId, { revision: draftRevision, graph: changed });
  await publishCycle(world.builder, cycle.cycleId);
}

describe("replayReceipt", () => {
  it("runs a refused request as a transaction that says where it came from", async () => {
    const receiptId = await refuseRequest(world.builder, cycle, refused, `{"order":{"id":"A-1"}}`);
    const transactionId = await replayReceipt(world.builder, receiptId, plain);
    expect(await getTransaction(world.viewer, transactionId)).toMatchObject({
      ...{ state: "queued", replayOf: null, receiptId, versionNumber: 1 },
      input: { body: { order: { id: "A-1" } } },
      replay: { receiptId, checked: false, edited: false, by: "builder" },
    });
    expect((await getReceipt(world.viewer, receiptId)).replays).toMatchObject([{ transactionId, by: "builder" }]);
    expect(await database.prisma.job.count({ where: { transactionId } })).toBe(1);
  });

  it("knows the transaction that an accepted request began", async () => {
    const { receiptId, transactionId: first } = await acceptRequest(world.builder, cycle, `{"a":1}`);
    const transactionId = await replayReceipt(world.builder, receiptId, plain);
    expect(await getTransaction(world.viewer, transactionId)).toMatchObject({ replayOf: first });
    expect((await getTransaction(world.viewer, first)).replays).toEqual([transactionId]);
  });

  it("runs it as it was edited", async () => {
    const receiptId = await refuseRequest(world.builder, cycle, refused, "{broken");
    const request = {
      headers: [["Content-Type", "application/x-www-form-urlencoded"] as [string, string]],
      ...{ query: "?page=2", body: "id=A-2", encoding: "text" as const },
    };
    const transactionId = await replayReceipt(world.builder, receiptId, { ...plain, request });
    const { input, replay } = await getTransaction(world.viewer, transactionId);
    expect(input).toMatchObject({ body: { id: "A-2" }, query: { page: "2" } });
    expect(replay).toMatchObject({ edited: true });
  });

  it("runs it on the published version, or on the one that was chosen", async () => {
    const { receiptId, transactionId } = await acceptRequest(world.builder, cycle);
    await publishAgain();
    const onNewest = await replayReceipt(world.builder, receiptId, plain);
    const onFirst = await replayReceipt(world.builder, receiptId, { ...plain, version: 1 });
    const again = await replayTransaction(world.builder, transactionId, { version: 1 });
    const numberOf = async (id: string) => (await getTransaction(world.viewer, id)).versionNumber;
    expect(await Promise.all([onNewest, onFirst, again].map(numberOf))).toEqual([2, 1, 1]);
    const missing = { code: "conflict", message: "The cycle has no version 3." };
    await expect(replayReceipt(world.builder, receiptId, { ...plain, version: 3 })).rejects.toMatchObject(missing);
    await expect(replayTransaction(world.builder, transactionId, { version: 3 })).rejects.toMatchObject(missing);
  });

  it("lets the checks refuse it again only when they are asked, with the secret as it is now", async () => {
    const { draftRevision } = await database.prisma.cycle.findUniqueOrThrow({ where: { id: cycle.cycleId } });
    await saveDraft(world.builder, cycle.cycleId, { revision: draftRevision, graph: tokenGraph });
    await setSecret(world.builder, cycle.cycleId, { stepId: "start", name: "check", value: "right" });
    await publishCycle(world.builder, cycle.cycleId);
    const sent = (value: string) =>
      refuseRequest(world.builder, cycle, {
        ...{ outcome: "NOT_VERIFIED", status: 401 },
        headers: JSON.stringify([["X-Token", value]]),
      });
    const [wrong, right] = [await sent("wrong"), await sent("right")];
    await expect(replayReceipt(world.builder, wrong, { checked: true })).rejects.toMatchObject({
      ...{ code: "conflict", message: "The check refuses it: The token is not the stored one." },
    });
    expect(await replayReceipt(world.builder, wrong, plain)).toBeTruthy();
    const transactionId = await replayReceipt(world.builder, right, { checked: true });
    expect((await getTransaction(world.viewer, transactionId)).replay).toMatchObject({ checked: true });
  });

  it("lets a check judge a compressed body as it came", async () => {
    const { draftRevision } = await database.prisma.cycle.findUniqueOrThrow({ where: { id: cycle.cycleId } });
    const github = step("start", "webhook", { settings: { check: { kind: "github" } } });
    const graph = { ...smallGraph, steps: [github, ...smallGraph.steps.slice(1)] };
    await saveDraft(world.builder, cycle.cycleId, { revision: draftRevision, graph });
    await setSecret(world.builder, cycle.cycleId, { stepId: "start", name: "check", value: "right" });
    await publishCycle(world.builder, cycle.cycleId);
    const rawBody = gzipSync("{}");
    const signature = createHmac("sha256", "right").update(rawBody).digest("hex");
    const sent = (kept: Partial<ReceiptRow>) =>
      refuseRequest(world.builder, cycle, {
        ...refused,
        headers: JSON.stringify([
          ["Content-Type", "application/json"],
          ["Content-Encoding", "gzip"],
          ["X-Hub-Signature-256", `sha256=${signature}`],
        ]),
        ...kept,
      });
    expect(await replayReceipt(world.builder, await sent({ rawBody }), { checked: true })).toBeTruthy();
    await expect(replayReceipt(world.builder, await sent({}), { checked: true })).rejects.toMatchObject({
      message: expect.stringContaining("The check refuses it"),
    });
  });

  it("runs the script that the version has, which may mend the body or refuse it", async () => {
    setScriptPool(await newTestPool({ limits: PATIENT }));
    const code = `
      function before_webhook() { if (method_request === "broken") method_request = { mended: true }; }
      function after_webhook() { method_request.seen = true; return !method_request.unwanted; }`;
    const [start, ...rest] = smallGraph.steps;
    await publishAgain({ ...smallGraph, steps: [{ ...start!, settings: { script: code } }, ...rest] });
    const sent = (body: string) => refuseRequest(world.builder, cycle, { outcome: "SCRIPT_FAILED", status: 500 }, body);
    const bodyOf = async (sentBody: string) => {
      const transactionId = await replayReceipt(world.builder, await sent(sentBody), plain);
      return (await getTransaction(world.viewer, transactionId)).input;
    };
    expect(await bodyOf(`{"a":1}`)).toMatchObject({ body: { a: 1, seen: true } });
    expect(await bodyOf("broken")).toMatchObject({ body: { mended: true, seen: true } });
    await expect(replayReceipt(world.builder, await sent(`{"unwanted":1}`), plain)).rejects.toMatchObject({
      ...{ code: "conflict", message: expect.stringContaining("after_webhook() returned false") },
    });
    await expect(replayReceipt(world.builder, await sent("{"), plain)).rejects.toMatchObject({
      ...{ code: "conflict", message: expect.stringContaining("The body can't become data") },
    });
  });

  it.each([
    ["whose body was cut", { bodyCut: true }, "{", /Only the beginning of this request's body was kept/],
    ["whose body can't become data", {}, "{", /The body can't become data: /],
    ["to no webhook", { accountId: null }, "{}", /No webhook has the identifier/],
    ["to a webhook that is gone", { identifier: "gone" }, "{}", /The webhook was deleted/],
  ])("says why a request %s can't run", async (_what, rest, body, message) => {
    const receiptId = await refuseRequest(world.builder, cycle, { ...refused, ...rest }, body);
    await expect(replayReceipt({ ...world.admin }, receiptId, plain)).rejects.toMatchObject({
      ...{ code: "conflict", message: expect.stringMatching(message) },
    });
  });

  it("needs an active cycle and the role builder", async () => {
    const receiptId = await refuseRequest(world.builder, cycle, refused);
    await expect(replayReceipt(world.viewer, receiptId, plain)).rejects.toMatchObject({ code: "forbidden" });
    await stopCycle(world.builder, cycle.cycleId);
    const stoppedAt = new Date(Date.now() - 25 * 3_600_000);
    await database.prisma.cycle.update({ where: { id: cycle.cycleId }, data: { stoppedAt } });
    await expect(replayReceipt(world.builder, receiptId, plain)).rejects.toMatchObject({
      ...{ code: "conflict", message: "The cycle isn't active. Start it, then replay." },
    });
  });
});

describe("replayReceipt at a mid-cycle webhook", () => {
  const [start, end] = smallGraph.steps;
  const hook = step("hook", "webhook", {
    settings: {
      matchIncoming: "body.id",
      matchExisting: { source: "step-field", stepId: "start", path: ["body", "id"] },
    },
  });
  const graph = {
    ...smallGraph,
    steps: [start!, hook, end!],
    edges: [
      { from: "start", exit: "next", to: "hook" },
      { from: "hook", exit: "next", to: "end" },
    ],
  };

  /** Publishes the graph, and gives a request that matched no transaction, for this value. */
  async function missedRequest(id: string): Promise<string> {
    await publishAgain(graph);
    const webhook = await database.prisma.webhook.findFirstOrThrow({
      where: { cycleId: cycle.cycleId, stepId: "hook" },
    });
    const missed = { outcome: "NO_MATCH", status: 200, webhookId: webhook.id, identifier: webhook.identifier } as const;
    return refuseRequest(world.builder, cycle, missed, JSON.stringify({ id }));
  }

  /** A transaction that has come to the webhook with this value. */
  async function reachedTransaction(value: string): Promise<string> {
    const { transactionId } = await acceptRequest(world.builder, cycle, JSON.stringify({ id: value }));
    const { seq } = await database.prisma.transaction.findUniqueOrThrow({ where: { id: transactionId } });
    const place = { transactionId, stepId: "hook", accountId: world.accountId, cycleId: cycle.cycleId };
    await database.prisma.reachedWebhook.create({ data: { ...place, seq, value, held: false, since: new Date() } });
    return transactionId;
  }

  it("continues the newest transaction that the request matches, and says so", async () => {
    const receiptId = await missedRequest("A-1");
    await expect(replayReceipt(world.builder, receiptId, plain)).rejects.toMatchObject({
      ...{ code: "conflict", message: "No transaction that has come to this webhook carries its value." },
    });

    const transactionId = await reachedTransaction("A-1");
    for (const _ of [1, 2]) expect(await replayReceipt(world.builder, receiptId, plain)).toBe(transactionId);
    expect((await getReceipt(world.viewer, receiptId)).replays).toMatchObject([
      { transactionId, continuation: 2 },
      { transactionId, continuation: 1 },
    ]);
    const continuations = await database.prisma.continuation.findMany({ where: { transactionId } });
    expect(continuations).toMatchObject([{ source: "HAND" }, { source: "HAND" }]);
    expect((await getTransaction(world.viewer, transactionId)).replay).toBeNull();
  });

  it("continues nothing when what it ran can't be stored with it", async () => {
    const receiptId = await missedRequest("A-2");
    const transactionId = await reachedTransaction("A-2");
    const { accountId } = world;
    // In the way of the row that says where the first continuation came from.
    await database.prisma.replay.create({
      data: { transactionId, continuation: 1, receiptId: uuid7(), accountId, checked: false, edited: false },
    });
    await expect(replayReceipt(world.builder, receiptId, plain)).rejects.toThrow(/constraint/);
    expect(await database.prisma.continuation.count({ where: { transactionId } })).toBe(0);
    expect(await database.prisma.job.findFirst({ where: { transactionId } })).toMatchObject({ continuations: 0 });
  });
});

describe("replayReceipts", () => {
  it("runs many, oldest first, and says what became of each", async () => {
    const one = await refuseRequest(world.builder, cycle, refused, `{"n":1}`);
    const broken = await refuseRequest(world.builder, cycle, refused, "{");
    const { receiptId: two } = await acceptRequest(world.builder, cycle, `{"n":2}`);
    const unknown = uuid7();
    const receiptIds = [two, broken, one, unknown, two];
    const { results } = await replayReceipts(world.builder, { ...plain, receiptIds });
    expect(results.map(({ receiptId, problem }) => [receiptId, problem])).toEqual([
      [one, null],
      [broken, expect.stringMatching("The body can't become data")],
      [two, null],
      [unknown, "There is no such receipt."],
    ]);
    const ids = results.flatMap(({ transactionId }) => transactionId ?? []);
    const rows = await database.prisma.transaction.findMany({ where: { id: { in: ids } }, orderBy: { seq: "asc" } });
    expect(rows.map(({ receiptId }) => receiptId)).toEqual([one, two]);
  });

  it("doesn't find another account's receipts", async () => {
    const receiptId = await refuseRequest(world.builder, cycle, refused);
    const { results } = await replayReceipts(world.stranger, { ...plain, receiptIds: [receiptId] });
    expect(results).toEqual([{ receiptId, transactionId: null, problem: "There is no such receipt." }]);
  });
});

describe("a receipt's duplicates", () => {
  it("are listed under it and counted, each with the first one's answer", async () => {
    const { receiptId, transactionId } = await acceptRequest(world.builder, cycle);
    const answer = JSON.stringify({ headers: [["Content-Type", "text/plain"]], body: "Webhook accepted." });
    const duplicate = { outcome: "DUPLICATE", status: 200, transactionId, duplicateOf: receiptId, answer } as const;
    const ids = [
      await refuseRequest(world.builder, cycle, duplicate),
      await refuseRequest(world.builder, cycle, duplicate),
    ];
    const { duplicates } = await getReceipt(world.viewer, receiptId);
    expect(duplicates).toMatchObject({ count: 2, newest: ids.toReversed().map((id) => ({ id })) });
    const shown = await getReceipt(world.viewer, ids[0]!);
    expect(shown).toMatchObject({ duplicateOf: receiptId, duplicates: { count: 0 } });
    expect(shown.answer).toMatchObject({ status: 200, body: "Webhook accepted." });
    expect(shown.answer.headers).toContainEqual(["X-Spoke-Transaction-Id", transactionId]);
  });

  it("may have come a moment before the one that was stored first", async () => {
    const { receiptId, transactionId } = await acceptRequest(world.builder, cycle);
    const id = firstUuid7At(new Date(timeOfUuid7(receiptId) - 5_000));
    const duplicate = { outcome: "DUPLICATE", status: 200, transactionId, duplicateOf: receiptId, id } as const;
    await refuseRequest(world.builder, cycle, duplicate);
    const { duplicates } = await getReceipt(world.viewer, receiptId);
    expect(duplicates).toMatchObject({ count: 1, newest: [{ id }] });
  });
});

describe("a list of receipts", () => {
  it("says how many requests of its time have no receipt", async () => {
    const { id: webhookId } = await database.prisma.webhook.findFirstOrThrow({ where: { cycleId: cycle.cycleId } });
    const counted = (hoursAgo: number, outcome: "NOT_VERIFIED" | "TOO_LARGE", unrecorded: number) =>
      database.prisma.receiptCount.create({
        data: { webhookId, hour: new Date(Date.now() - hoursAgo * 3_600_000), outcome, count: 5_000, unrecorded },
      });
    await Promise.all([
      counted(1, "NOT_VERIFIED", 400),
      counted(30, "TOO_LARGE", 20),
      counted(10 * 24, "NOT_VERIFIED", 7),
    ]);
    const unrecorded = async (query: object) =>
      (await listReceiptsOfStep(world.viewer, { cycleId: cycle.cycleId, stepId: "start" }, { limit: 5, ...query }))
        .unrecorded;
    expect(await unrecorded({})).toBe(420);
    expect(await unrecorded({ outcome: "too-large" })).toBe(20);
    expect(await unrecorded({ from: new Date(Date.now() - 5 * 3_600_000).toISOString() })).toBe(400);
    expect(await unrecorded({ from: "2020-01-01T00:00:00Z" })).toBe(427);
    expect(await unrecorded({ cursor: randomUUID() })).toBe(0);
  });
});
