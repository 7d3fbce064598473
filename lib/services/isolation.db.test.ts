import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type TestDatabase, testDatabase } from "@/lib/db/testing";
import { acceptTransactions } from "@/lib/queue/accept";
import { enterAccount, enterAccountOfCycle } from "./accounts/enter";
import { getAccount } from "./accounts/get";
import { listAccounts } from "./accounts/list";
import { updateAccount } from "./accounts/update";
import { createApiKey } from "./api-keys/create";
import { listApiKeys } from "./api-keys/list";
import { revokeApiKey } from "./api-keys/revoke";
import type { AccountContext, Context } from "./context";
import { checkCycle } from "./cycles/check";
import { copyCycle } from "./cycles/copy";
import { createCycle } from "./cycles/create";
import { deleteCycle } from "./cycles/delete";
import { exportCycle } from "./cycles/export";
import { finishCycle } from "./cycles/finish";
import { getCycle } from "./cycles/get";
import { importCycle } from "./cycles/import";
import { listCycles } from "./cycles/list";
import { publishCycle } from "./cycles/publish";
import { saveDraft } from "./cycles/save-draft";
import { startCycle } from "./cycles/start";
import { stopCycle } from "./cycles/stop";
import { updateCycle } from "./cycles/update";
import { lookForRequest } from "./listen/look";
import { startListening } from "./listen/start";
import { getMe } from "./me/get";
import { getReceipt } from "./receipts/get";
import { listReceiptsOfStep } from "./receipts/list-of-step";
import { listReceiptsOfWebhook } from "./receipts/list-of-webhook";
import { replayReceipt } from "./receipts/replay";
import { listSamples } from "./samples/list";
import { pasteSample } from "./samples/paste";
import { removeSample } from "./samples/remove";
import { tryScript } from "./scripts/try";
import { search } from "./search/search";
import { makeSecretCurrent } from "./secrets/make-current";
import { removeSecret } from "./secrets/remove";
import { setSecret } from "./secrets/set";
import { createPublishedCycle, createWorld, type MadeCycle, smallGraph, step, type World } from "./testing";
import { cancelTransaction } from "./transactions/cancel";
import { getTransaction } from "./transactions/get";
import { listTransactions } from "./transactions/list";
import { replayTransaction } from "./transactions/replay";
import { createUser } from "./users/create";
import { getUser } from "./users/get";
import { listUsers } from "./users/list";
import { updateUser } from "./users/update";
import { getVersion } from "./versions/get";
import { listVersions } from "./versions/list";
import { restoreVersion } from "./versions/restore";
import { getAllowedIps, setAllowedIps } from "./webhooks/allowed-ips";
import { explainReceipt, explainRequest } from "./webhooks/explain";
import { getWebhook } from "./webhooks/get";
import { listWebhooks } from "./webhooks/list";

const page = { limit: 50 };
const call = step("call", "http-request", { settings: { url: "https://example.test", auth: "bearer" } });
const graph = { ...smallGraph, steps: [...smallGraph.steps, call] };

let database: TestDatabase;
let world: World;
let elsewhere: World;
let cycle: MadeCycle;
let webhookId: string;
const transactionId = randomUUID();
const receiptId = randomUUID();

beforeAll(async () => {
  database = await testDatabase();
  world = await createWorld(database);
  elsewhere = await createWorld(database);
  cycle = await createPublishedCycle(world.builder);
  const webhook = await database.prisma.webhook.findFirstOrThrow({ where: { cycleId: cycle.cycleId } });
  webhookId = webhook.id;
  const { accountId } = world;
  const { cycleId, versionId } = cycle;
  await acceptTransactions(database.pool, [
    {
      ...{ transactionId, accountId, cycleId, versionId, stepId: "start", lane: 1, synchronous: false },
      statusToken: null,
      receipt: {
        ...{ id: receiptId, webhookId, identifier: webhook.identifier, accountId, cycleId, transactionId },
        ...{ receivedAt: Date.now(), method: "POST", query: "", headers: "[]", clientIp: "::1", contentType: null },
        ...{ sizeBytes: 2, body: Buffer.from("{}"), bodyCut: false, outcome: "ACCEPTED", reason: null },
        ...{ status: 200, durationMs: 1, answer: null, duplicateOf: null },
      },
    },
  ]);
});
afterAll(() => database.close());

const explainInput = { method: "POST", query: "", headers: [], body: "" };

type Attempt<C> = [name: string, attempt: (ctx: C) => Promise<unknown>];

/** What asks for something inside an account by its id. */
const inAccount: Attempt<AccountContext>[] = [
  ["getCycle", (ctx) => getCycle(ctx, cycle.cycleId)],
  ["updateCycle", (ctx) => updateCycle(ctx, cycle.cycleId, { name: "Mine now" })],
  ["deleteCycle", (ctx) => deleteCycle(ctx, cycle.cycleId)],
  ["copyCycle", (ctx) => copyCycle(ctx, cycle.cycleId)],
  ["exportCycle", (ctx) => exportCycle(ctx, cycle.cycleId)],
  ["saveDraft", (ctx) => saveDraft(ctx, cycle.cycleId, { revision: 2, graph: smallGraph })],
  ["checkCycle", (ctx) => checkCycle(ctx, cycle.cycleId)],
  ["publishCycle", (ctx) => publishCycle(ctx, cycle.cycleId)],
  ["startCycle", (ctx) => startCycle(ctx, cycle.cycleId, { once: false })],
  ["stopCycle", (ctx) => stopCycle(ctx, cycle.cycleId)],
  ["finishCycle", (ctx) => finishCycle(ctx, cycle.cycleId)],
  ["listVersions", (ctx) => listVersions(ctx, cycle.cycleId)],
  ["getVersion", (ctx) => getVersion(ctx, cycle.cycleId, 1)],
  ["restoreVersion", (ctx) => restoreVersion(ctx, cycle.cycleId, 1)],
  ["listSamples", (ctx) => listSamples(ctx, cycle.cycleId, {})],
  ["pasteSample", (ctx) => pasteSample(ctx, cycle.cycleId, "start", { body: "{}", contentType: "application/json" })],
  ["removeSample", (ctx) => removeSample(ctx, cycle.cycleId, "start")],
  ["startListening", (ctx) => startListening(ctx, cycle.cycleId, "start")],
  ["lookForRequest", (ctx) => lookForRequest(ctx, cycle.cycleId, "start")],
  ["setSecret", (ctx) => setSecret(ctx, cycle.cycleId, { stepId: "call", name: "auth", value: "x" })],
  ["removeSecret", (ctx) => removeSecret(ctx, cycle.cycleId, { stepId: "call", name: "auth" })],
  ["makeSecretCurrent", (ctx) => makeSecretCurrent(ctx, cycle.cycleId, "start")],
  ["getAllowedIps", (ctx) => getAllowedIps(ctx, cycle.cycleId, "start")],
  ["setAllowedIps", (ctx) => setAllowedIps(ctx, { cycleId: cycle.cycleId, stepId: "start" }, { allowedIps: "" })],
  ["explainReceipt", (ctx) => explainReceipt(ctx, receiptId)],
  ["explainRequest", (ctx) => explainRequest(ctx, { cycleId: cycle.cycleId, stepId: "start" }, explainInput)],
  ["tryScript", (ctx) => tryScript(ctx, cycle.cycleId, "start", { code: "", entry: "after_webhook" })],
  ["listReceiptsOfStep", (ctx) => listReceiptsOfStep(ctx, { cycleId: cycle.cycleId, stepId: "start" }, page)],
  ["enterAccountOfCycle", (ctx) => enterAccountOfCycle(ctx, cycle.cycleId)],
  ["getTransaction", (ctx) => getTransaction(ctx, transactionId)],
  ["replayTransaction", (ctx) => replayTransaction(ctx, transactionId, {})],
  ["cancelTransaction", (ctx) => cancelTransaction(ctx, transactionId)],
  ["getReceipt", (ctx) => getReceipt(ctx, receiptId)],
  ["replayReceipt", (ctx) => replayReceipt(ctx, receiptId, { checked: false })],
  ["getAccount", (ctx) => getAccount(ctx, world.accountId)],
  ["enterAccount", (ctx) => enterAccount(ctx, world.accountId)],
];

/** What asks for something of a partner by its id. */
const ofPartner: Attempt<Context>[] = [
  ["updateAccount", (ctx) => updateAccount(ctx, world.accountId, { name: "Mine now" })],
  ["getUser", (ctx) => getUser(ctx, world.builder.userId!)],
  ["updateUser", (ctx) => updateUser(ctx, world.builder.userId!, { name: "Mine now" })],
  ["getWebhook", (ctx) => getWebhook(ctx, webhookId)],
  ["listReceiptsOfWebhook", (ctx) => listReceiptsOfWebhook(ctx, webhookId, page)],
  ["listWebhooks of an account", (ctx) => listWebhooks(ctx, { ...page, accountId: world.accountId })],
  [
    "createApiKey for an account",
    (ctx) => createApiKey(ctx, { name: "K", role: "viewer", accountId: world.accountId }),
  ],
  ["createUser with an account", (ctx) => createUser(ctx, newUser([world.accountId]))],
];

const newUser = (accountIds: string[]) => ({
  name: "New",
  email: `${randomUUID()}@example.test`,
  password: "0123456789",
  role: "builder" as const,
  accountIds,
});

const notFound = { code: "not_found" };

describe("another account's things are not found by", () => {
  it.each(inAccount)("%s", async (_name, attempt) => {
    await expect(attempt(world.stranger)).rejects.toMatchObject(notFound);
  });

  it("a partner admin who is inside the other account, where an account is needed", async () => {
    const inside: AccountContext = { ...world.admin, accountId: world.otherAccountId };
    await expect(getCycle(inside, cycle.cycleId)).rejects.toMatchObject(notFound);
    await expect(getTransaction(inside, transactionId)).rejects.toMatchObject(notFound);
  });

  it("lists", async () => {
    const { stranger } = world;
    expect(await listCycles(stranger, { state: "all" })).toEqual([]);
    expect((await listTransactions(stranger, page)).entries).toEqual([]);
    expect((await listTransactions(stranger, { ...page, cycleId: cycle.cycleId })).entries).toEqual([]);
    expect((await listTransactions(stranger, { ...page, q: transactionId })).entries).toEqual([]);
    expect((await listAccounts(stranger)).map(({ id }) => id)).toEqual([world.otherAccountId]);
    expect((await getMe(stranger)).accounts.map(({ id }) => id)).toEqual([world.otherAccountId]);
  });

  it.each(["Cycle", "start", "Account", transactionId])("a search for %s", async (text) => {
    const found = await search(world.stranger, text);
    expect(found.filter(({ href }) => href.includes(world.accountId))).toEqual([]);
  });

  it("a search for a webhook", async () => {
    expect(await search(world.stranger, cycle.webhooks.start!)).toEqual([]);
    expect(await search(world.builder, cycle.webhooks.start!)).toMatchObject([{ kind: "webhook" }]);
  });
});

describe("another partner's things are not found by", () => {
  it.each([...inAccount, ...ofPartner])("%s", async (_name, attempt) => {
    await expect(attempt(elsewhere.adminInside)).rejects.toMatchObject(notFound);
  });

  it("lists", async () => {
    const { admin } = elsewhere;
    expect((await listWebhooks(admin, page)).entries).toEqual([]);
    expect((await listUsers(admin)).filter(({ id }) => id === world.builder.userId)).toEqual([]);
    expect((await listAccounts(admin)).filter(({ id }) => id === world.accountId)).toEqual([]);
    expect(await search(admin, cycle.webhooks.start!)).toEqual([]);
  });

  it("revokeApiKey and listApiKeys", async () => {
    const { apiKey } = await createApiKey(world.admin, { name: "K", role: "viewer", accountId: null });
    await expect(revokeApiKey(elsewhere.admin, apiKey.id)).rejects.toMatchObject(notFound);
    expect(await listApiKeys(elsewhere.admin)).toEqual([]);
  });
});

describe("what doesn't exist is not found, however its id looks", () => {
  it.each(["", "x", "' OR true --", randomUUID()])("%j", async (id) => {
    await expect(getCycle(world.builder, id)).rejects.toMatchObject(notFound);
    await expect(getTransaction(world.builder, id)).rejects.toMatchObject(notFound);
    await expect(getReceipt(world.admin, id)).rejects.toMatchObject(notFound);
    await expect(getWebhook(world.admin, id)).rejects.toMatchObject(notFound);
    await expect(getUser(world.admin, id)).rejects.toMatchObject(notFound);
    await expect(enterAccount(world.admin, id)).rejects.toMatchObject(notFound);
    await expect(revokeApiKey(world.admin, id)).rejects.toMatchObject(notFound);
  });
});

describe("a viewer may look, but not", () => {
  const forbidden: Attempt<AccountContext>[] = [
    ["createCycle", (ctx) => createCycle(ctx, { name: "New" })],
    ["importCycle", (ctx) => importCycle(ctx, { spoke: 1, name: "New", parallelLimit: 1, graph })],
    ...inAccount.filter(([name]) => !/^(get|list|check|export|enter)/.test(name)),
  ];
  it.each(forbidden)("%s", async (_name, attempt) => {
    await expect(attempt(world.viewer)).rejects.toMatchObject({ code: "forbidden" });
  });

  it("be refused to look", async () => {
    const looks = inAccount.filter(([name]) => /^(get|list|check|export|enter)/.test(name));
    await expect(Promise.all(looks.map(([, attempt]) => attempt(world.viewer)))).resolves.toHaveLength(looks.length);
  });
});

describe("a builder may not", () => {
  const partners: Attempt<Context>[] = [
    ...ofPartner,
    ["listUsers", listUsers],
    ["listApiKeys", listApiKeys],
    ["revokeApiKey", (ctx) => revokeApiKey(ctx, randomUUID())],
    ["listWebhooks", (ctx) => listWebhooks(ctx, page)],
  ];
  it.each(partners)("%s", async (_name, attempt) => {
    await expect(attempt(world.builder)).rejects.toMatchObject({ code: "forbidden" });
  });
});
