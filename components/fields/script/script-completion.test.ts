import { CompletionContext, type CompletionResult } from "@codemirror/autocomplete";
import { javascript } from "@codemirror/lang-javascript";
import { EditorState } from "@codemirror/state";
import { describe, expect, it } from "vitest";
import { scriptData, scriptHelpers } from "@/lib/script/globals";
import { completeScript } from "./complete-script";
import { completeNames } from "./script-completion";
import type { ScriptScope } from "./script-names";

const webhook: ScriptScope = {
  use: { form: "events", events: ["before_webhook", "after_webhook"] },
  values: {
    method_request: { order: { id: "A-10", lines: [{ sku: "A1", "unit price": 2 }] }, total: 120.5 },
    method_request_headers: { "content-type": "application/json" },
  },
  stepNames: new Map(),
};
const script: ScriptScope = {
  use: { form: "step" },
  values: { steps: { order_1: { body: { id: 1 } } } },
  stepNames: new Map([["order_1", "Order"]]),
};

/** What is offered where `|` stands. */
function offered(text: string, scope: ScriptScope, explicit = false): CompletionResult | null {
  const pos = text.indexOf("|");
  const state = EditorState.create({ doc: text.replace("|", ""), extensions: javascript() });
  return completeNames(() => scope)(new CompletionContext(state, pos, explicit)) as CompletionResult | null;
}
const labels = (result: CompletionResult | null) => result?.options.map(({ label }) => label);

describe("completion in a script", () => {
  it("offers every helper, the data of its kind and the events of its step", () => {
    const own = scriptData.filter((entry) => entry.in !== "steps").map(({ name }) => name);
    const helpers = scriptHelpers.map(({ name }) => name);
    expect(labels(offered("meth|", webhook))).toEqual(["before_webhook", "after_webhook", ...own, ...helpers]);
  });

  it("offers the earlier steps' data in the body of a Script step, and no events", () => {
    const names = labels(offered("s|", script));
    expect(names).toContain("steps");
    expect(names).not.toContain("method_request");
    expect(names).not.toContain("after_webhook");
  });

  it.each([
    ["method_request.|", ["order", "total"]],
    ["if (method_request.order.i|) return", ["id", "lines"]],
    ["const a = method_request.order.lines[0].|;", ["sku", "unit price"]],
    ['x = method_request["order"].|', ["id", "lines"]],
    ["method_request?.order?.|", ["id", "lines"]],
    ["method_request_headers.c|", ["content-type"]],
    ["method_request.|\n  return false;", ["order", "total"]],
  ])("offers the fields of the sample in %s", (text, fields) => {
    expect(labels(offered(text, webhook))).toEqual(fields);
  });

  it("offers earlier steps by their ids, with their names", () => {
    expect(offered("return steps.|", script)?.options).toMatchObject([{ label: "order_1", detail: "Order" }]);
    expect(labels(offered("return steps.order_1.body.|", script))).toEqual(["id"]);
  });

  it.each([
    "'method_request.|'",
    "// method_|",
    "other.|",
    "method_request.total.|",
    "method_request.missing.|",
    "f().|",
  ])("offers nothing in %s", (text) => {
    expect(offered(text, webhook)).toBeNull();
  });

  it("offers everything on an empty line only when asked to", () => {
    expect(offered("|", webhook)).toBeNull();
    expect(labels(offered("|", webhook, true))).toContain("hmac");
    expect(offered("'|'", webhook, true)).toBeNull();
  });

  it("replaces the part of the name that is there", () => {
    expect(offered("x = method_request.or|", webhook)?.from).toBe("x = method_request.".length);
  });
});

describe("completion of the whole language", () => {
  const all = (text: string, explicit = false) => {
    const pos = text.indexOf("|");
    const state = EditorState.create({ doc: text.replace("|", ""), extensions: javascript() });
    return labels(
      completeScript(() => webhook)(new CompletionContext(state, pos, explicit)) as CompletionResult | null,
    );
  };

  it("offers names of the script, its own variables and JavaScript, each once", () => {
    const names = all("const total = 1;\nfunction after_webhook() { t| }") ?? [];
    expect(names).toEqual(
      expect.arrayContaining(["method_request", "hmac", "total", "JSON", "return", "after_webhook"]),
    );
    expect(names).toHaveLength(new Set(names).size);
  });

  it("offers what JavaScript's objects have, and of the script's data its fields alone", () => {
    expect(all("JSON.|")).toEqual(expect.arrayContaining(["parse", "stringify"]));
    expect(all("method_request.|")).toEqual(["order", "total"]);
    expect(all("'|'", true)).toBeUndefined();
  });
});
