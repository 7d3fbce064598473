import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { Problem } from "@/lib/contracts/common";
import { CycleExport, CycleView, DraftConflict } from "@/lib/contracts/cycles";
import { type TestDatabase, testDatabase } from "@/lib/db/testing";
import type { Operation } from "@/lib/openapi/operation";
import { operations } from "@/lib/openapi/operations";
import { closeScriptPool, setScriptPool } from "@/lib/script/scripts";
import { newTestPool, PATIENT } from "@/lib/script/testing";
import { createApiKey } from "@/lib/services/api-keys/create";
import { hashPassword } from "@/lib/services/sessions/password";
import {
  acceptRequest,
  createPublishedCycle,
  createWorld,
  endTransaction,
  type MadeCycle,
  smallGraph,
  type World,
} from "@/lib/services/testing";
import { readCookie, sessionCookieName, writeSessionCookie } from "./session-cookie";

type Handler = (request: Request, segment: { params: Promise<Record<string, string>> }) => Promise<Response>;
type Values = { params?: Record<string, string>; query?: string; body?: unknown; headers?: Record<string, string> };

const ORIGIN = "http://localhost:3000";

let database: TestDatabase;
let world: World;
let cycle: MadeCycle;
let keys: { account: string; partner: string; viewer: string };
beforeAll(async () => {
  database = await testDatabase();
  setScriptPool(await newTestPool({ limits: PATIENT }));
  world = await createWorld(database);
  cycle = await createPublishedCycle(world.builder);
  const make = async (role: "builder" | "partner-admin" | "viewer", accountId: string | null) =>
    (await createApiKey(world.admin, { name: role, role, accountId })).key;
  keys = {
    account: await make("builder", world.accountId),
    partner: await make("partner-admin", null),
    viewer: await make("viewer", world.accountId),
  };
});
afterAll(async () => {
  await closeScriptPool();
  await database.close();
});

const byId = (id: string): Operation => operations.find((operation) => operation.id === id)!;

/** Calls the route that an operation of the registry stands for, as Next does. */
async function call(id: string, key: string | null, { params = {}, query = "", body, headers = {} }: Values = {}) {
  const { method, path } = byId(id);
  const file = path.replace(/\{(\w+)\}/g, "[$1]");
  const route = (await import(/* @vite-ignore */ `${process.cwd()}/app/api/v1${file}/route.ts`)) as Record<
    string,
    Handler
  >;
  const request = new Request(`${ORIGIN}/api/v1${path}${query}`, {
    method,
    headers: {
      ...(key === null ? {} : { authorization: `Bearer ${key}` }),
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...headers,
    },
    body: body === undefined ? undefined : typeof body === "string" ? body : JSON.stringify(body),
  });
  return route[method]!(request, { params: Promise.resolve(params) });
}

async function problemOf(response: Response) {
  expect(response.headers.get("content-type")).toBe("application/problem+json");
  const problem = z.looseObject(Problem.shape).parse(await response.json());
  expect(problem).toMatchObject({ status: response.status, type: `urn:spoke:problem:${problem.code}` });
  return problem;
}

const strict = (schema: z.ZodType) => (schema instanceof z.ZodObject ? schema.strict() : schema);

describe("every operation", () => {
  const id = () => ({ id: cycle.cycleId });
  const inStep = () => ({ ...id(), stepId: "start" });
  let transactionId: string;
  let receiptId: string;
  let webhookId: string;
  beforeAll(async () => {
    ({ transactionId, receiptId } = await acceptRequest(world.builder, cycle, `{"a":1}`));
    await endTransaction(world.builder, transactionId);
    webhookId = (await database.prisma.webhook.findFirstOrThrow({ where: { cycleId: cycle.cycleId } })).id;
  });

  const account = "account" as const;
  const partner = "partner" as const;
  const calls: [operation: string, key: keyof typeof keys, values: () => Values][] = [
    ["describeApi", partner, () => ({})],
    ["getMe", account, () => ({})],
    ["search", account, () => ({ query: "?q=start" })],
    ["listAccounts", account, () => ({})],
    ["createAccount", partner, () => ({ body: { name: "Added" } })],
    ["getAccount", account, () => ({ params: { id: world.accountId } })],
    ["updateAccount", partner, () => ({ params: { id: world.accountId }, body: { parallelLimit: 5 } })],
    ["listUsers", partner, () => ({})],
    [
      "createUser",
      partner,
      () => ({ body: { name: "N", email: "n@example.test", password: "0123456789", role: "viewer" } }),
    ],
    ["getUser", partner, () => ({ params: { id: world.viewer.userId! } })],
    ["updateUser", partner, () => ({ params: { id: world.viewer.userId! }, body: { name: "Viewer" } })],
    ["listApiKeys", partner, () => ({})],
    ["listCycles", account, () => ({ query: "?state=running" })],
    ["createCycle", account, () => ({ body: { name: "Made" } })],
    ["importCycle", account, () => ({ body: { spoke: 1, name: "Imported", parallelLimit: 2, graph: smallGraph } })],
    ["getCycle", account, () => ({ params: id() })],
    ["updateCycle", account, () => ({ params: id(), body: { parallelLimit: 4 } })],
    ["copyCycle", account, () => ({ params: id() })],
    ["exportCycle", account, () => ({ params: id() })],
    ["saveDraft", account, () => ({ params: id(), body: { revision: 2, graph: smallGraph } })],
    ["checkCycle", account, () => ({ params: id() })],
    ["publishCycle", account, () => ({ params: id() })],
    ["startCycle", account, () => ({ params: id() })],
    ["listVersions", account, () => ({ params: id() })],
    ["getVersion", account, () => ({ params: { ...id(), number: "1" } })],
    ["restoreVersion", account, () => ({ params: { ...id(), number: "1" } })],
    ["listSamples", account, () => ({ params: id() })],
    ["pasteSample", account, () => ({ params: inStep(), body: { body: "{}" } })],
    ["removeSample", account, () => ({ params: inStep() })],
    ["startListening", account, () => ({ params: inStep() })],
    ["lookForRequest", account, () => ({ params: inStep(), query: "?since=2026-01-01T00:00:00Z" })],
    ["removeSecret", account, () => ({ params: { ...inStep(), name: "auth" } })],
    ["listTransactions", account, () => ({ query: "?limit=1" })],
    ["getTransaction", account, () => ({ params: { id: transactionId } })],
    ["replayTransaction", account, () => ({ params: { id: transactionId } })],
    ["listWebhooks", partner, () => ({ query: `?q=${cycle.webhooks.start}` })],
    ["listWebhooksAsCsv", partner, () => ({})],
    ["getWebhook", partner, () => ({ params: { id: webhookId } })],
    ["listReceipts", partner, () => ({ params: { id: webhookId } })],
    ["listReceiptsAsCsv", partner, () => ({ params: { id: webhookId } })],
    ["listReceiptsOfStep", account, () => ({ params: inStep() })],
    ["listReceiptsOfStepAsCsv", account, () => ({ params: inStep() })],
    ["listUnknownReceipts", partner, () => ({ query: "?identifier=nobodys" })],
    ["getReceipt", account, () => ({ params: { id: receiptId } })],
    ["getAllowedIps", account, () => ({ params: inStep() })],
    ["setAllowedIps", account, () => ({ params: inStep(), body: { allowedIps: "192.0.2.0/24" } })],
    ["explainRequest", account, () => ({ params: inStep(), body: { headers: [["A", "b"]], body: "{}" } })],
    ["checkScript", account, () => ({ body: { form: "step", code: "return 1" } })],
    ["tryScript", account, () => ({ params: inStep(), body: { entry: "after_webhook", code: "log(1)" } })],
    ["stopCycle", account, () => ({ params: id() })],
    ["startCycle", account, () => ({ params: id(), body: { once: true } })],
    ["finishCycle", account, () => ({ params: id() })],
  ];

  it.each(calls)("%s answers what its contract says", async (operation, key, values) => {
    const response = await call(operation, keys[key], values());
    const { output, status = output === "nothing" ? 204 : 200 } = byId(operation);
    const text = await response.text();
    expect([response.status, text]).toEqual([status, expect.any(String)]);
    const checks = {
      csv: () => expect(response.headers.get("content-type")).toContain("text/csv"),
      nothing: () => expect(text).toBe(""),
      json: () => expect(() => strict(output as z.ZodType).parse(JSON.parse(text))).not.toThrow(),
    };
    checks[typeof output === "string" ? output : "json"]();
  });

  it.each(operations.filter(({ access }) => access !== "anyone").map(({ id }) => id))(
    "%s is not for nobody",
    async (operation) => {
      const response = await call(operation, null, { params: { id: cycle.cycleId } });
      expect((await problemOf(response)).code).toBe("unauthenticated");
    },
  );

  it.each(operations.filter(({ access }) => access === "partner-admin").map(({ id }) => id))(
    "%s is not for an account's key",
    async (operation) => {
      const response = await call(operation, keys.account, { params: { id: cycle.cycleId } });
      expect((await problemOf(response)).code).toBe("forbidden");
    },
  );

  it.each(operations.filter(({ access }) => access === "account").map(({ id }) => id))(
    "%s asks for an account",
    async (operation) => {
      const response = await call(operation, keys.partner, { params: { id: cycle.cycleId } });
      expect((await problemOf(response)).code).toBe("account_needed");
      const other = { params: { id: cycle.cycleId }, headers: { "x-spoke-account": world.otherAccountId } };
      expect((await problemOf(await call(operation, keys.account, other))).code).toBe("not_found");
    },
  );
});

describe("problems", () => {
  it("say what is wrong with the input, field by field", async () => {
    const problem = await problemOf(await call("createCycle", keys.account, { body: { name: " " } }));
    expect(problem).toMatchObject({ status: 422, code: "invalid", errors: [{ path: "name", message: "Type a name" }] });
  });

  it.each([
    ["JSON that ends early", `{"name":`, 400, "malformed"],
    ["a key that reaches a prototype", `{"name":"x","__proto__":{"a":1}}`, 400, "malformed"],
    ["JSON that is nested without end", `{"name":${"[".repeat(100_000)}`, 400, "malformed"],
    ["more than 6 MB", `{"name":"${"x".repeat(6 * 1024 * 1024)}"}`, 413, "too_large"],
  ])("refuse %s", async (_what, body, status, code) => {
    expect(await problemOf(await call("createCycle", keys.account, { body }))).toMatchObject({ status, code });
  });

  it.each(["listTransactions", "search"])("of %s name a parameter that no text can be", async (operation) => {
    const problem = await problemOf(await call(operation, keys.account, { query: "?q=ab%00cd" }));
    expect(problem).toMatchObject({ status: 422, detail: "The query parameter q has a NUL character." });
  });

  it("refuse what a form of another site can send", async () => {
    const response = await call("createCycle", keys.account, {
      body: `{"name":"x"}`,
      headers: { "content-type": "text/plain" },
    });
    expect((await problemOf(response)).code).toBe("malformed");
  });

  it("carry the draft as it is now to whoever changed an older one", async () => {
    const view = CycleView.parse(
      await (await call("createCycle", keys.account, { body: { name: "Contested" } })).json(),
    );
    const save = () =>
      call("saveDraft", keys.account, {
        params: { id: view.id },
        body: { revision: view.draftRevision, graph: smallGraph },
      });
    expect((await save()).status).toBe(200);
    const problem = await problemOf(await save());
    expect(problem).toMatchObject({ status: 409, code: "draft_changed" });
    expect(DraftConflict.parse(problem)).toMatchObject({ revision: view.draftRevision + 1, graph: smallGraph });
  });

  it("carry the check list to whoever starts what isn't complete", async () => {
    const view = CycleView.parse(await (await call("createCycle", keys.account, { body: { name: "Bare" } })).json());
    const problem = await problemOf(await call("startCycle", keys.account, { params: { id: view.id } }));
    expect(problem).toMatchObject({
      status: 422,
      code: "cycle_incomplete",
      problems: [{ severity: "error", stepId: null }],
    });
  });

  it("don't say what nobody expected", async () => {
    const request = new Request(`${ORIGIN}/api/v1/x`);
    const { toProblem } = await import("./problem");
    const problem = await problemOf(toProblem(new Error("secret connection string"), request));
    expect(problem).toMatchObject({ status: 500, code: "failed" });
    expect(JSON.stringify(problem)).not.toContain("secret");
  });
});

describe("an export through the API", () => {
  it("is the same after an import", async () => {
    const exported = async (id: string) => (await call("exportCycle", keys.account, { params: { id } })).text();
    const first = await exported(cycle.cycleId);
    const file = CycleExport.parse(JSON.parse(first));
    const copy = CycleView.parse(
      await (await call("importCycle", keys.account, { body: { ...file, name: "Again" } })).json(),
    );
    expect(await exported(copy.id)).toBe(first.replace(`"name": "${file.name}"`, '"name": "Again"'));
  });
});

describe("a signed-in browser", () => {
  const cookieOf = async (userId: string, sessionVersion = 1) => {
    const setCookie = await writeSessionCookie({ userId, sessionVersion });
    expect(setCookie).toMatch(/; Path=\/; HttpOnly; SameSite=Lax; Max-Age=\d+$/);
    return setCookie.split(";")[0]!;
  };
  const create = (name: string, headers: Record<string, string>) =>
    call("createCycle", null, { body: { name }, headers });

  it("is known by its cookie", async () => {
    const cookie = `other=1; ${await cookieOf(world.builder.userId!)}; last=2`;
    expect(await (await call("getMe", null, { headers: { cookie } })).json()).toMatchObject({
      id: world.builder.userId,
      role: "builder",
    });
  });

  it("isn't known by a cookie that was changed or whose session was ended", async () => {
    const cookie = await cookieOf(world.builder.userId!);
    const changed = cookie.slice(0, -9) + (cookie.at(-9) === "A" ? "B" : "A") + cookie.slice(-8);
    expect((await call("getMe", null, { headers: { cookie: changed } })).status).toBe(401);
    expect((await call("getMe", null, { headers: { cookie: await cookieOf(world.builder.userId!, 7) } })).status).toBe(
      401,
    );
  });

  it("changes things only for pages of our own", async () => {
    const cookie = await cookieOf(world.builder.userId!);
    const host = { cookie, host: "localhost:3000", "x-spoke-account": world.accountId };
    expect((await create("By fetch", { ...host, "sec-fetch-site": "same-origin" })).status).toBe(201);
    expect((await create("By origin", { ...host, origin: ORIGIN })).status).toBe(201);
    expect((await create("By program", host)).status).toBe(201);
    const foreignHeaders: Record<string, string>[] = [
      { "sec-fetch-site": "cross-site" },
      { "sec-fetch-site": "same-site" },
      { origin: "https://evil.example" },
      { origin: "null" },
    ];
    for (const foreign of foreignHeaders)
      expect((await problemOf(await create("By others", { ...host, ...foreign }))).code).toBe("forbidden");
  });

  it("stays signed in after it changed its password", async () => {
    const userId = world.admin.userId!;
    await database.prisma.user.update({
      where: { id: userId },
      data: { passwordHash: await hashPassword("the old password") },
    });
    const cookie = await cookieOf(userId);
    const body = { current: "the old password", next: "the new password" };
    const response = await call("changePassword", null, { body, headers: { cookie } });
    expect(response.status).toBe(204);
    expect((await call("getMe", null, { headers: { cookie } })).status).toBe(401);
    const renewed = response.headers.get("set-cookie")!;
    expect(readCookie(renewed, sessionCookieName())).toEqual(expect.any(String));
    expect((await call("getMe", null, { headers: { cookie: renewed } })).status).toBe(200);
  });
});
