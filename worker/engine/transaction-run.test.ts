import { describe, expect, test } from "vitest";
import { StepError } from "@/lib/core/errors";
import type { Graph } from "@/lib/core/graph";
import type { Json } from "@/lib/core/json";
import { field, graphOf } from "@/lib/core/testing";
import type { StepRecord, Wait } from "@/lib/core/transaction";
import type { OutsideResponse } from "@/lib/steps/types";
import { compileVersion } from "./compile";
import { TransactionRun } from "./transaction-run";

const START = Date.parse("2026-03-01T12:00:00Z");
const trigger = { id: "trigger", type: "webhook" };
const set = (id: string, text: string) => ({ id, type: "set-fields", settings: { fields: [field("value", text)] } });
const call = (id: string, onError: object = {}) => ({
  id,
  type: "http-request",
  settings: { url: `https://x/${id}` },
  onError: { retries: 0, ...onError },
});
const respond = (id: string) => ({ id, type: "sync-response", settings: { fields: [field("by", id)] } });
const delay = (id: string, amount: number) => ({ id, type: "delay", settings: { amount, unit: "seconds" } });
const decide = {
  id: "decide",
  type: "decision",
  settings: {
    groups: [
      {
        conditions: [
          {
            left: { source: "step-field", stepId: "trigger", path: ["body", "go"] },
            operator: "equals",
            right: { source: "value", text: "yes" },
          },
        ],
      },
    ],
  },
};

type Stored = { steps?: readonly StepRecord[]; waits?: readonly Wait[]; responded?: boolean };

/** A run whose clock stands still until `clock.ms` is moved. */
function start(
  graph: Graph,
  body: Json = {},
  { steps = [], waits = [], responded = false }: Stored = {},
  clock = { ms: START },
) {
  const run = new TransactionRun(
    {
      version: compileVersion(graph, "trigger")!,
      input: { body, query: {}, headers: {} },
      steps,
      waits,
      responded,
      now: clock.ms,
      secret: () => undefined,
    },
    { now: () => clock.ms, random: () => 0.5 },
  );
  return { run, clock };
}

const ok = (body: Json = null): OutsideResponse => ({ status: 200, headers: [], body, sizeBytes: 0 });
const ran = (run: TransactionRun) => run.records.map((record) => record.stepId).join(" ");
const refused = () => new StepError("request_failed", "x refuses connections.");

describe("pure steps", () => {
  test("run at once, each with the data of those before it", () => {
    const graph = graphOf(
      [trigger, set("a", "{{trigger.body.name}} {{var.mark}}"), set("b", "<{{a.value}}>")],
      ["trigger -> a", "a -> b"],
      [{ name: "mark", value: "!" }],
    );
    const { run } = start(graph, { name: "Ada" });
    expect(run.advance()).toEqual({ kind: "completed" });
    expect(run.records).toEqual([
      record("trigger", {}),
      record("a", { output: { value: "Ada !" } }),
      record("b", { output: { value: "<Ada !>" } }),
    ]);
  });

  const record = (stepId: string, more: object) => ({
    stepId,
    visit: 1,
    outcome: "done",
    exit: "next",
    startedAt: "2026-03-01T12:00:00.000Z",
    durationMs: 0,
    input: undefined,
    output: undefined,
    ...more,
  });

  test.each([
    ["yes", "trigger decide yes joined"],
    ["no", "trigger decide no joined"],
  ])("a Decision takes one of two branches that join again (%s)", (go, steps) => {
    const graph = graphOf(
      [trigger, decide, set("yes", "1"), set("no", "2"), set("joined", "{{yes.value}}{{no.value}}")],
      ["trigger -> decide", "decide:true -> yes", "decide:false -> no", "yes -> joined", "no -> joined"],
    );
    const { run } = start(graph, { go });
    expect(run.advance()).toEqual({ kind: "completed" });
    expect(ran(run)).toBe(steps);
  });

  test("a cycle of 500 steps in a row ends, and so does one of 499 side by side", () => {
    const ids = Array.from({ length: 499 }, (_, index) => `s${index}`);
    const steps = [trigger, ...ids.map((id) => set(id, "x"))];
    const row = start(
      graphOf(
        steps,
        ids.map((id, index) => `${ids[index - 1] ?? "trigger"} -> ${id}`),
      ),
    );
    const fan = start(
      graphOf(
        steps,
        ids.map((id) => `trigger -> ${id}`),
      ),
    );
    expect([row.run.advance(), fan.run.advance()]).toEqual([{ kind: "completed" }, { kind: "completed" }]);
    expect([row.run.records.length, fan.run.records.length]).toEqual([500, 500]);
  });

  test("data with the names of what objects inherit stays data", () => {
    const body = JSON.parse('{"__proto__":{"a":1},"constructor":"c"}') as Json;
    const graph = graphOf(
      [trigger, set("a", '{{trigger.body.constructor}}{{trigger.body["__proto__"].a}}{{trigger.body.toString}}')],
      ["trigger -> a"],
    );
    const { run } = start(graph, body);
    run.advance();
    expect(run.records[1]?.output).toEqual({ value: "c1" });
    expect(({} as { a?: unknown }).a).toBeUndefined();
  });
});

describe("outside calls", () => {
  const graph = graphOf(
    [trigger, call("a"), call("b"), set("c", "{{a.body.n}}{{b.status}}")],
    ["trigger -> a", "a -> b", "b -> c"],
  );

  test("are asked for one after another, and the first must be stored before the second", () => {
    const { run, clock } = start(graph);
    expect(run.advance()).toMatchObject({ kind: "call", stepId: "a", visit: 1, request: { url: "https://x/a" } });
    expect(run.mustSave).toBe(false);
    clock.ms += 40;
    run.answered(ok({ n: 7 }));
    expect(run.advance()).toMatchObject({ kind: "call", stepId: "b" });
    expect(run.mustSave).toBe(true);
    run.saved();
    expect([run.mustSave, run.records]).toEqual([false, []]);
    run.answered(ok());
    expect(run.advance()).toEqual({ kind: "completed" });
    expect(run.records[1]?.output).toEqual({ value: "7200" });
  });

  test("record each try with its length", () => {
    const { run, clock } = start(graph);
    run.advance();
    clock.ms += 40;
    run.answered(ok());
    expect(run.records[1]).toMatchObject({
      durationMs: 40,
      attempts: [{ startedAt: "2026-03-01T12:00:00.000Z", durationMs: 40 }],
      input: { method: "GET", url: "https://x/a" },
    });
  });

  test("go on after the last stored step when a checkpoint is taken up", () => {
    const { run: first } = start(graph);
    first.advance();
    first.answered(ok({ n: 7 }));
    first.advance();
    const { run } = start(graph, {}, { steps: JSON.parse(JSON.stringify(first.records)) });
    expect(run.advance()).toMatchObject({ kind: "call", stepId: "b" });
    run.answered(ok());
    run.advance();
    expect(ran(run)).toBe("b c");
    expect(run.records[1]?.output).toEqual({ value: "7200" });
  });

  test("that are broken off are asked for again", () => {
    const { run } = start(graph);
    run.advance();
    run.callBrokenOff();
    const { run: again } = start(graph, {}, { steps: run.records, waits: run.waits });
    expect(again.advance()).toMatchObject({ kind: "call", stepId: "a" });
  });
});

describe("failures", () => {
  const failing = (onError: object, edges: string[] = ["a -> after"]) =>
    start(graphOf([trigger, call("a", onError), set("after", "{{a.error.message}}")], ["trigger -> a", ...edges])).run;

  test("end the transaction, as the step says or says nothing", () => {
    const run = failing({});
    run.advance();
    run.failed(new StepError("bad_response", "No.", { detail: "why" }));
    expect(run.advance()).toEqual({ kind: "failed", error: "No.", stepId: "a", stopCycle: false });
    expect(run.records[1]).toMatchObject({
      outcome: "failed",
      exit: null,
      error: { code: "bad_response", message: "No.", detail: "why" },
      attempts: [{ error: "No." }],
    });
  });

  test("stop the cycle too when the step says so", () => {
    // biome-ignore lint/suspicious/noThenProperty: the field's word on screen; the object is never awaited.
    const run = failing({ then: "stop-cycle" });
    run.advance();
    run.failed(refused());
    expect(run.advance()).toMatchObject({ kind: "failed", stopCycle: true });
  });

  test.each([
    ["continue", ["a -> after"]],
    ["error-exit", ["a:error -> after"]],
  ])("go on with the error as data (%s)", (then, edges) => {
    const run = failing({ then }, edges);
    run.advance();
    run.failed(refused());
    expect(run.advance()).toEqual({ kind: "completed" });
    expect(run.records[1]).toMatchObject({ outcome: "failed", error: { code: "request_failed" } });
    expect(run.records[2]?.output).toEqual({ value: "x refuses connections." });
  });

  test("an answer that the step does not accept is one", () => {
    const run = failing({});
    run.advance();
    run.answered({ ...ok(), status: 404 });
    expect(run.advance()).toMatchObject({ kind: "failed", error: "The call was answered 404 Not Found." });
  });

  test("settings that can't be used are one, and are not tried again", () => {
    const graph = graphOf(
      [trigger, { ...call("a", { retries: 3 }), settings: { url: "{{trigger.body.url}}" } }],
      ["trigger -> a"],
    );
    const { run } = start(graph, { url: "nonsense" });
    expect(run.advance()).toMatchObject({ kind: "failed", stepId: "a" });
    expect(run.records[1]?.error?.code).toBe("bad_settings");
  });

  test("a step of an unknown type is one, with a message that says so", () => {
    const { run } = start(graphOf([trigger, { id: "odd", type: "teleport" }], ["trigger -> odd"]));
    expect(run.advance()).toEqual({
      kind: "failed",
      stepId: "odd",
      stopCycle: false,
      error: 'odd is of the type "teleport", which this Spoke doesn\'t know. Update the worker, or remove the step.',
    });
  });
});

describe("retries", () => {
  const graph = graphOf([trigger, call("a", { retries: 2, firstWaitSeconds: 1 })], ["trigger -> a"]);

  test("wait longer each time, the short ones in memory, and keep their tries", () => {
    const { run, clock } = start(graph);
    run.advance();
    run.failed(refused());
    expect(run.advance()).toEqual({ kind: "wait", until: START + 1_000, short: true });
    clock.ms += 1_000;
    expect(run.advance()).toMatchObject({ kind: "call", stepId: "a" });
    run.failed(refused());
    expect(run.advance()).toEqual({ kind: "wait", until: START + 3_000, short: true });
    clock.ms += 2_000;
    run.advance();
    run.failed(refused());
    expect(run.advance()).toMatchObject({ kind: "failed" });
    expect(run.records[1]?.attempts).toHaveLength(3);
  });

  test("that are due late go on from a checkpoint", () => {
    const { run } = start(graph);
    run.advance();
    run.failed(new StepError("rate_limited", "Slow down.", { retryAfterMs: 60_000 }));
    expect(run.advance()).toEqual({ kind: "wait", until: START + 60_000, short: false });
    const stored = JSON.parse(JSON.stringify({ steps: run.records, waits: run.waits }));
    const { run: later, clock } = start(graph, {}, stored, { ms: START + 59_000 });
    expect(later.advance()).toMatchObject({ kind: "wait", until: START + 60_000 });
    clock.ms = START + 60_000;
    expect(later.advance()).toMatchObject({ kind: "call" });
    later.answered(ok());
    expect(later.advance()).toEqual({ kind: "completed" });
    expect(later.records[0]).toMatchObject({
      stepId: "a",
      outcome: "done",
      durationMs: 60_000,
      attempts: [{ error: "Slow down." }, {}],
    });
  });
});

describe("delays", () => {
  const graph = graphOf(
    [trigger, delay("wait", 60), set("late", "2"), set("soon", "1")],
    ["trigger -> wait", "trigger -> soon", "wait -> late"],
  );

  test("hold up their branch alone", () => {
    const { run, clock } = start(graph);
    expect(run.advance()).toEqual({ kind: "wait", until: START + 60_000, short: false });
    expect(ran(run)).toBe("trigger soon");
    clock.ms += 60_000;
    expect(run.advance()).toEqual({ kind: "completed" });
    expect(ran(run)).toBe("trigger soon wait late");
  });

  test("go on from a checkpoint", () => {
    const { run: first } = start(graph);
    first.advance();
    const stored = JSON.parse(JSON.stringify({ steps: first.records, waits: first.waits }));
    const { run } = start(graph, {}, stored, { ms: START + 61_000 });
    expect(run.advance()).toEqual({ kind: "completed" });
    expect(ran(run)).toBe("wait late");
  });

  test("of no length don't wait", () => {
    const { run } = start(graphOf([trigger, delay("wait", 0)], ["trigger -> wait"]));
    expect(run.advance()).toEqual({ kind: "completed" });
  });
});

describe("answers and endings", () => {
  test("sends the first response reached, and warns of the second", () => {
    const { run } = start(graphOf([trigger, respond("a"), respond("b")], ["trigger -> a", "a -> b"]));
    expect(run.advance()).toEqual({ kind: "completed" });
    expect(run.response?.body).toBe('{"by":"a"}');
    expect(run.records[1]?.warning).toBeUndefined();
    expect(run.records[2]?.warning).toBe("A response was sent before, so this one was not.");
  });

  test("stores a response before an outside call that follows it", () => {
    const { run } = start(graphOf([trigger, respond("a"), call("b")], ["trigger -> a", "a -> b"]));
    expect(run.advance()).toMatchObject({ kind: "call" });
    expect(run.mustSave).toBe(true);
  });

  test("does not send one again that was stored", () => {
    const graph = graphOf([trigger, respond("a"), respond("b")], ["trigger -> a", "a -> b"]);
    const { run: first } = start(graph);
    first.advance();
    const { run } = start(graph, {}, { steps: first.records.slice(0, 2), responded: true });
    run.advance();
    expect(run.response).toBeUndefined();
  });

  test("a Stop ends everything, also branches that wait", () => {
    const stop = { id: "stop", type: "stop", settings: { outcome: "failed", message: "Out of {{trigger.body.what}}" } };
    const graph = graphOf(
      [trigger, delay("wait", 60), stop, set("never", "x")],
      ["trigger -> wait", "trigger -> stop", "wait -> never"],
    );
    const { run } = start(graph, { what: "stock" });
    expect(run.advance()).toEqual({ kind: "failed", error: "Out of stock", stepId: "stop", stopCycle: false });
    expect(run.waits).toEqual([]);
    expect(ran(run)).toBe("trigger stop");
  });

  test("a Stop can end it as completed", () => {
    const { run } = start(
      graphOf([trigger, { id: "stop", type: "stop" }, set("never", "x")], ["trigger -> stop", "trigger -> never"]),
    );
    expect(run.advance()).toEqual({ kind: "completed" });
    expect(ran(run)).toBe("trigger stop");
  });
});
