import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { TryScriptInput } from "@/lib/contracts/scripts";
import type { Graph } from "@/lib/core/graph";
import { type TestDatabase, testDatabase } from "@/lib/db/testing";
import { closeScriptPool, setScriptPool } from "@/lib/script/scripts";
import { newTestPool, PATIENT } from "@/lib/script/testing";
import { checkCycle } from "../cycles/check";
import { publishCycle } from "../cycles/publish";
import { saveDraft } from "../cycles/save-draft";
import { pasteSample } from "../samples/paste";
import { setSecret } from "../secrets/set";
import { acceptRequest, createPublishedCycle, createWorld, type MadeCycle, step, type World } from "../testing";
import { checkScript } from "./check";
import { tryScript } from "./try";

const graph: Graph = {
  steps: [
    step("start", "webhook"),
    step("call", "http-request", {
      settings: {
        method: "POST",
        url: "https://api.example.test/orders/{{start.body.id}}?shop={{var.shop}}",
        auth: "bearer",
        body: [{ name: "id", value: { source: "step-field", stepId: "start", path: ["body", "id"] } }],
      },
    }),
    step("code", "script", { settings: { code: "return 1" } }),
  ],
  edges: [
    { from: "start", exit: "next", to: "call" },
    { from: "call", exit: "next", to: "code" },
  ],
  variables: [{ name: "shop", value: "7" }],
};

let database: TestDatabase;
let world: World;
let cycle: MadeCycle;
beforeAll(async () => {
  database = await testDatabase();
  setScriptPool(await newTestPool({ limits: PATIENT }));
});
beforeEach(async () => {
  world = await createWorld(database);
  cycle = await createPublishedCycle(world.builder, withCode({}), { start: false });
});
afterAll(async () => {
  await closeScriptPool();
  await database.close();
});

/** The graph with these scripts in its steps' fields; the call needs no secret then. */
const withCode = (codes: { [stepId: string]: object }): Graph => ({
  ...graph,
  steps: graph.steps.map((one) => ({
    ...one,
    settings: { ...one.settings, ...(one.id === "call" ? { auth: "none" } : {}), ...codes[one.id] },
  })),
});

const tried = (stepId: string, input: TryScriptInput, ctx = world.builder) =>
  tryScript(ctx, cycle.cycleId, stepId, input);

describe("checkScript", { timeout: 60_000 }, () => {
  it("says which functions the code declares, and where it is wrong", async () => {
    const ok = { form: "events" as const, code: "const after_webhook = () => {};\nfunction before_webhook() {}" };
    expect(await checkScript(world.builder, ok)).toEqual({ error: null, events: ["before_webhook", "after_webhook"] });
    const wrong = await checkScript(world.builder, { form: "step", code: "const a = 1;\nreturn a +;" });
    expect(wrong).toMatchObject({ error: { kind: "syntax", line: 2 }, events: [] });
  });

  it("is for builders", async () => {
    await expect(checkScript(world.viewer, { form: "step", code: "" })).rejects.toMatchObject({ code: "forbidden" });
  });
});

describe("tryScript", { timeout: 60_000 }, () => {
  it("tries a webhook's function on the kept sample, and says what would follow", async () => {
    await pasteSample(world.builder, cycle.cycleId, "start", {
      body: `{"order":{"id":"A-1"}}`,
      contentType: "application/json",
    });
    const code =
      "function after_webhook() { log('id', method_request.order.id); method_request = method_request.order; }";
    expect(await tried("start", { code, entry: "after_webhook" })).toMatchObject({
      declared: true,
      console: [{ level: "log", text: "id A-1" }],
      before: { method_request: { order: { id: "A-1" } }, cycle_variables: { shop: "7" }, cycle_id: cycle.cycleId },
      after: { method_request: { id: "A-1" } },
      error: null,
      effect: "The request goes on with the changed data.",
    });
  });

  it("tries it on a recorded request", async () => {
    const { receiptId } = await acceptRequest(world.builder, cycle, `{"status":"picked"}`);
    const code = "function after_webhook() { return method_request.status === 'despatched' }";
    const result = await tried("start", { code, entry: "after_webhook", receiptId });
    expect(result).toMatchObject({ stopped: true, returned: false });
    expect(result.effect).toBe("The caller gets 200 Webhook accepted., and nothing begins.");
  });

  it("tries it on typed data, a GET included", async () => {
    const code = `function before_webhook() {
      method_request_method = "POST";
      method_request = method_request_parameters;
    }`;
    const sample = { method: "GET", query: { id: "7" }, body: null, headers: {} };
    const result = await tried("start", { code, entry: "before_webhook", sample });
    expect(result.after).toMatchObject({ method_request: { id: "7" }, method_request_method: "POST" });
    expect(result.effect).toBe("The request goes on with the changed data. The GET counts as a POST.");
  });

  it("tries a call's function on the request that its settings make, without its secret", async () => {
    const secured = await createPublishedCycle(world.builder, withCode({}), { start: false });
    const { draftRevision } = await database.prisma.cycle.findUniqueOrThrow({ where: { id: secured.cycleId } });
    await saveDraft(world.builder, secured.cycleId, { revision: draftRevision, graph });
    await setSecret(world.builder, secured.cycleId, { stepId: "call", name: "auth", value: "hidden-value" });
    await pasteSample(world.builder, secured.cycleId, "start", {
      body: `{"id":"A-1"}`,
      contentType: "application/json",
    });
    const code = "function before_action() { method_request.more = Object.keys(method_request_headers); }";
    const result = await tryScript(world.builder, secured.cycleId, "call", { code, entry: "before_action" });
    expect(result.before).toMatchObject({
      method_request_url: "https://api.example.test/orders/A-1",
      method_request_parameters: { shop: "7" },
      method_request: { id: "A-1" },
    });
    expect(result.after.method_request).toEqual({ id: "A-1", more: ["content-type"] });
    expect(result.effect).toBe("The step calls POST https://api.example.test/orders/A-1?shop=7.");
  });

  it("tries what follows an answer, and an error", async () => {
    const sample = { status: 404, headers: {}, body: { reason: "gone" } };
    const code = "function after_error() { method_response = { found: false }; method_error = null }";
    const result = await tried("call", { code, entry: "after_error", sample });
    expect(result).toMatchObject({
      before: { method_response: { reason: "gone" }, method_response_status: 404 },
      after: { method_response: { found: false } },
      effect: "The error is over: the step goes on with status 404.",
    });
    const after = { code: "function after_action() { return false }", entry: "after_action" as const };
    expect((await tried("call", after)).effect).toBe("The step fails: after_action() returned false.");
  });

  it("tries a Script step on what the steps before it give", async () => {
    await pasteSample(world.builder, cycle.cycleId, "start", {
      body: `{"id":"A-1"}`,
      contentType: "application/json",
    });
    const result = await tried("code", {
      code: "return { id: steps.start.body.id, all: Object.keys(steps) }",
      entry: "step",
    });
    expect(result.returned).toEqual({ id: "A-1", all: ["start", "call"] });
    const failed = await tried("code", { code: "const a = 1;\nthrow new Error('no')", entry: "step" });
    expect(failed).toMatchObject({
      error: { kind: "thrown", line: 2 },
      effect: "The step fails: The script failed in line 2: no",
    });
  });

  it("tries an expression of a mapping on what the steps before it give", async () => {
    await pasteSample(world.builder, cycle.cycleId, "start", {
      body: `{"id":"A-1"}`,
      contentType: "application/json",
    });
    const ok = await tried("call", { code: "steps.start.body.id + cycle_variables.shop", entry: "expression" });
    expect(ok).toMatchObject({ returned: "A-17", effect: "This becomes the value of the mapping.", error: null });
    const typed = await tried("call", { code: "steps.a.gone", entry: "expression", sample: { a: {} } });
    expect(typed.effect).toBe("The mapping has no value: nothing came of the expression.");
    const wrong = await tried("call", { code: "steps.b.gone", entry: "expression", sample: { a: {} } });
    expect(wrong).toMatchObject({
      error: { kind: "thrown" },
      effect: expect.stringMatching(/^The step fails: The expression failed/),
    });
    await expect(tried("code", { code: "1", entry: "expression" })).rejects.toMatchObject({ code: "invalid" });
  });

  it("makes the request that a call's function gets with the values of expressions", async () => {
    const body = (code: string) => withCode({ call: { body: [{ name: "n", value: { source: "script", code } }] } });
    const mapped = await createPublishedCycle(world.builder, body("2 * 21"), { start: false });
    const input = { code: "function before_action() {}", entry: "before_action" as const };
    const result = await tryScript(world.builder, mapped.cycleId, "call", input);
    expect(result.before).toMatchObject({ method_request: { n: 42 } });
    const failing = await createPublishedCycle(world.builder, body("steps.gone.body"), { start: false });
    await expect(tryScript(world.builder, failing.cycleId, "call", input)).rejects.toMatchObject({
      code: "invalid",
      message: expect.stringContaining("The script expression of n in Body fields failed"),
    });
  });

  it("knows no step of another account, no function that the step never runs, and no viewer", async () => {
    const input: TryScriptInput = { code: "", entry: "after_webhook" };
    await expect(tried("start", input, world.stranger)).rejects.toMatchObject({ code: "not_found" });
    await expect(tried("call", input)).rejects.toMatchObject({ code: "invalid" });
    await expect(tried("start", input, world.viewer)).rejects.toMatchObject({ code: "forbidden" });
  });

  it("doesn't show a recorded request of another account", async () => {
    const theirs = await createPublishedCycle(world.stranger);
    const { receiptId } = await acceptRequest(world.stranger, theirs, `{"secret":1}`);
    const input: TryScriptInput = { code: "function after_webhook() {}", entry: "after_webhook", receiptId };
    await expect(tried("start", input)).rejects.toMatchObject({ code: "not_found" });
    const admin = () => tryScript(world.adminInside, cycle.cycleId, "start", input);
    await expect(admin()).rejects.toMatchObject({ code: "not_found" });
  });
});

describe("the check before a start", { timeout: 60_000 }, () => {
  const draft = async (codes: { [stepId: string]: object }) => {
    const { draftRevision } = await database.prisma.cycle.findUniqueOrThrow({ where: { id: cycle.cycleId } });
    await saveDraft(world.builder, cycle.cycleId, { revision: draftRevision, graph: withCode(codes) });
    return checkCycle(world.builder, cycle.cycleId);
  };

  it("names the step, the field and the line of a script that can't be read", async () => {
    const problems = await draft({ code: { code: "const a = 1;\nreturn a +;" } });
    expect(problems).toEqual([
      expect.objectContaining({
        severity: "error",
        stepId: "code",
        field: "code",
        message: expect.stringContaining("in line 2"),
      }),
    ]);
    await expect(publishCycle(world.builder, cycle.cycleId)).rejects.toMatchObject({ code: "cycle_incomplete" });
  });

  it("asks for the code of a Script step, and warns of functions that are never run", async () => {
    const problems = await draft({ code: { code: " " }, start: { script: "function after_action() {}" } });
    expect(problems.map(({ severity, stepId, field }) => [severity, stepId, field])).toEqual([
      ["error", "code", "code"],
      ["warning", "start", "script"],
    ]);
  });

  it("names the mapping, the line and the column of an expression that can't be read, or is empty", async () => {
    const value = (code: string) => ({ source: "script", code });
    const body = [
      { name: "ok", value: value("steps.start.body.id // the id") },
      { name: "total", value: value("1 +\n* 2") },
      { name: "none", value: value(" ") },
    ];
    const problems = await draft({ call: { body } });
    expect(problems.map(({ severity, stepId, field }) => [severity, stepId, field])).toEqual([
      ["error", "call", "body"],
      ["error", "call", "body"],
    ]);
    expect(problems[0]!.message).toBe(
      "call has no expression for none in Body fields. Write one, or take another source.",
    );
    expect(problems[1]!.message).toMatch(
      /^The script expression of total in Body fields of call can't be read in line 2, column 1: .+\. Correct it\.$/,
    );
    const hidden = await draft({ call: { body, bodyKind: "none" } });
    expect(hidden).toEqual([]);
  });

  it("finds nothing where scripts are right", async () => {
    expect(await draft({ start: { script: "function after_webhook() {}" } })).toEqual([]);
  });
});
