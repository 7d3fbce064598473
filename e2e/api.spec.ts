import { randomUUID } from "node:crypto";
import { expect, test } from "./fixtures";
import { customerLookup, orderIntake } from "./graphs";

type Key = { key: string; apiKey: { id: string } };

test("a key made for one account works there and nowhere else", async ({ account, playwright, baseURL }) => {
  const cycle = await account.cycle(orderIntake);
  const { key, apiKey } = await account.call<Key>("POST", "/api-keys", { name: "ERP", accountId: account.id });
  const other = await account.call<{ id: string }>("POST", "/accounts", { name: `Other ${randomUUID().slice(0, 8)}` });
  const api = await playwright.request.newContext({ baseURL, extraHTTPHeaders: { authorization: `Bearer ${key}` } });

  expect(await (await api.get("/api/v1/cycles")).json()).toMatchObject({ entries: [{ id: cycle.id }] });
  const elsewhere = await api.get("/api/v1/cycles", { headers: { "x-spoke-account": other.id } });
  expect(elsewhere.status()).toBe(404);
  expect((await api.get("/api/v1/users")).status()).toBe(403);

  await account.call("DELETE", `/api-keys/${apiKey.id}`);
  const revoked = await api.get("/api/v1/cycles");
  expect(revoked.status()).toBe(401);
  expect(revoked.headers()["content-type"]).toContain("application/problem+json");
  expect(await revoked.json()).toMatchObject({ status: 401, code: "unauthenticated" });
  await api.dispose();
});

test("a partner key picks the account with X-Spoke-Account", async ({ account, playwright, baseURL }) => {
  const cycle = await account.cycle(orderIntake, { start: false });
  const { key } = await account.call<Key>("POST", "/api-keys", { name: "Partner", role: "partner-admin" });
  const api = await playwright.request.newContext({ baseURL, extraHTTPHeaders: { authorization: `Bearer ${key}` } });
  const unpicked = await api.get("/api/v1/cycles");
  expect([unpicked.status(), (await unpicked.json()).code]).toEqual([400, "account_needed"]);
  const picked = await api.get("/api/v1/cycles", { headers: { "x-spoke-account": account.id } });
  expect(await picked.json()).toMatchObject({ entries: [{ id: cycle.id, state: "never-started" }] });
  await api.dispose();
});

test("a cycle exported, imported and exported again is the same file", async ({ account }) => {
  const cycle = await account.cycle(customerLookup, { start: false });
  const first = await (await account.fetch("GET", `/cycles/${cycle.id}/export`)).text();
  const copy = await account.call<{ id: string }>("POST", "/cycles/import", { ...JSON.parse(first), name: "Second" });
  const second = await (await account.fetch("GET", `/cycles/${copy.id}/export`)).text();
  expect(second).toBe(first.replace(`"name": ${JSON.stringify(cycle.name)}`, '"name": "Second"'));
  expect(first).not.toContain(cycle.view.webhooks[0]?.identifier);
});

test("describes itself with OpenAPI 3.1", async ({ request }) => {
  const document = await (await request.get("/api/v1/openapi.json")).json();
  expect(document.openapi).toBe("3.1.0");
  expect(Object.keys(document.paths)).toEqual(
    expect.arrayContaining(["/cycles", "/cycles/{id}/start", "/transactions/{id}/replay", "/webhooks/{id}/receipts"]),
  );
});

test("says what is wrong with bad input, field by field", async ({ account }) => {
  const answer = await account.fetch("POST", "/cycles", { name: "" });
  expect(answer.status()).toBe(422);
  expect(await answer.json()).toMatchObject({ code: "invalid", errors: [{ path: "name", message: "Type a name" }] });
});

test("refuses to start a cycle that is not complete, with the full list", async ({ account }) => {
  const broken = {
    ...orderIntake,
    steps: orderIntake.steps.map((one) => (one.type === "set-fields" ? { ...one, settings: {} } : one)),
  };
  const cycle = await account.cycle(broken, { start: false });
  const answer = await account.fetch("POST", `/cycles/${cycle.id}/start`, {});
  expect(answer.status()).toBe(422);
  const problem = (await answer.json()) as { code: string; problems: { stepId: string; field: string }[] };
  expect(problem.code).toBe("cycle_incomplete");
  expect(problem.problems.map((one) => one.stepId).sort()).toEqual(["review", "ship", "summary"]);
});
