import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ScriptPool } from "./pool";
import { newTestPool, PATIENT, runScript } from "./testing";

let pool: ScriptPool;
beforeAll(async () => {
  pool = await newTestPool({ threads: 1, limits: PATIENT });
});
afterAll(() => pool.close());

describe("a script of events", { timeout: 60_000 }, () => {
  it("turns a GET into a POST", async () => {
    const code = `function before_webhook() {
      if (method_request_method !== "GET") return;
      method_request_method = "POST";
      method_request = { id: method_request_parameters.id };
    }`;
    const globals = { method_request_method: "GET", method_request: null, method_request_parameters: { id: "7" } };
    const run = await runScript(pool, { entry: "before_webhook", code, globals });
    expect(run).toMatchObject({ declared: true, stopped: false, error: null, returned: undefined });
    expect(run.globals).toEqual({ ...globals, method_request_method: "POST", method_request: { id: "7" } });
  });

  it("restructures the data, and sees its own functions and constants", async () => {
    const code = `const cents = (price) => Math.round(price * 100);
      function after_webhook() {
        method_request = { lines: method_request.order.items.map(({ sku, price }) => ({ sku, cents: cents(price) })) };
      }`;
    const globals = { method_request: { order: { items: [{ sku: "A1", price: 9.99 }] } } };
    const run = await runScript(pool, { entry: "after_webhook", code, globals });
    expect(run.globals.method_request).toEqual({ lines: [{ sku: "A1", cents: 999 }] });
  });

  it("refuses a request by returning false, and by nothing like it", async () => {
    const code = "function after_webhook() { return method_request }";
    const stopped = async (method_request: false | 0 | "false" | null) =>
      (await runScript(pool, { entry: "after_webhook", code, globals: { method_request } })).stopped;
    expect([await stopped(false), await stopped(0), await stopped("false"), await stopped(null)]).toEqual([
      true,
      false,
      false,
      false,
    ]);
  });

  it.each([
    ["an arrow function", "const after_error = () => { method_response_status = 200; return false };"],
    ["an async function", "async function after_error() { method_response_status = 200; return false }"],
    [
      "a function assigned later",
      "globalThis.after_error = function () { method_response_status = 200; return false }",
    ],
  ])("may declare its event as %s", async (_, code) => {
    const run = await runScript(pool, { entry: "after_error", code, globals: { method_response_status: 500 } });
    expect(run).toMatchObject({ declared: true, stopped: true, globals: { method_response_status: 200 } });
  });

  it("does nothing for an event that it doesn't declare", async () => {
    const run = await runScript(pool, {
      entry: "before_action",
      code: "function after_action() { method_request = 2 }",
      globals: { method_request: 1 },
    });
    expect(run).toMatchObject({ declared: false, stopped: false, error: null, globals: { method_request: 1 } });
  });

  it("has only the data that it was given", async () => {
    const code = "function after_webhook() { return [typeof method_request, typeof method_response, typeof steps] }";
    const run = await runScript(pool, { entry: "after_webhook", code, globals: { method_request: {} } });
    expect(run.returned).toEqual(["object", "undefined", "undefined"]);
  });

  it("may declare a global of its own by the name of one that it was given", async () => {
    const code = "var cycle_id = 1; function step_id() {} function after_webhook() { return cycle_id }";
    const run = await runScript(pool, { entry: "after_webhook", code, globals: { cycle_id: "c", step_id: "s" } });
    expect(run).toMatchObject({ returned: 1, globals: { cycle_id: 1, step_id: null }, error: null });
  });
});

describe("an error", { timeout: 60_000 }, () => {
  it.each([
    ["after_webhook", "function after_webhook() {\n  return method_request.trim();\n}", "thrown", 2],
    ["after_webhook", "\nfoo.bar();", "thrown", 2],
    ["after_webhook", "let a = 1;\nJSON.parse('{');", "thrown", 2],
    ["after_webhook", "function after_webhook() {\n\n  let a = ;\n}", "syntax", 3],
    ["step", "const a = 1;\nthrow new RangeError('too far');", "thrown", 2],
    ["step", "await null;\nawait Promise.reject(new Error('late'));", "thrown", 2],
    ["expression", "steps.a.b", "thrown", 1],
  ] as const)("of %s in %j is found in its line", async (entry, code, kind, line) => {
    const { error } = await runScript(pool, { entry, code, globals: { method_request: {}, steps: {} } });
    expect(error).toMatchObject({ kind, line });
  });

  it("shows the script's own calls and none of ours", async () => {
    const code = "function inner() { throw new Error('no') }\nfunction after_webhook() { [1].map(() => inner()) }";
    const { error } = await runScript(pool, { entry: "after_webhook", code });
    expect(error?.message).toBe("no");
    expect(error?.stack?.split("\n").map((frame) => frame.replace(/\d+\)$/, ""))).toEqual([
      "inner (1:",
      "script (2:",
      "after_webhook (2:",
    ]);
  });
});
