import { describe, expect, test } from "vitest";
import type { Json } from "@/lib/core/json";
import { field, graphOf } from "@/lib/core/testing";
import { call, delay, ran, START, set, startRun, trigger } from "./testing";

const respond = (id: string) => ({ id, type: "sync-response", settings: { fields: [field("by", id)] } });
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

describe("pure steps", () => {
  test("run at once, each with the data of those before it", () => {
    const graph = graphOf(
      [trigger, set("a", "{{trigger.body.name}} {{var.mark}}"), set("b", "<{{a.value}}>")],
      ["trigger -> a", "a -> b"],
      [{ name: "mark", value: "!" }],
    );
    const { run } = startRun(graph, { name: "Ada" });
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
    const { run } = startRun(graph, { go });
    expect(run.advance()).toEqual({ kind: "completed" });
    expect(ran(run)).toBe(steps);
  });

  test("a cycle of 500 steps in a row ends, and so does one of 499 side by side", () => {
    const ids = Array.from({ length: 499 }, (_, index) => `s${index}`);
    const steps = [trigger, ...ids.map((id) => set(id, "x"))];
    const row = startRun(
      graphOf(
        steps,
        ids.map((id, index) => `${ids[index - 1] ?? "trigger"} -> ${id}`),
      ),
    );
    const fan = startRun(
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
    const { run } = startRun(graph, body);
    run.advance();
    expect(run.records[1]?.output).toEqual({ value: "c1" });
    expect(({} as { a?: unknown }).a).toBeUndefined();
  });
});

describe("delays", () => {
  const graph = graphOf(
    [trigger, delay("wait", 60), set("late", "2"), set("soon", "1")],
    ["trigger -> wait", "trigger -> soon", "wait -> late"],
  );

  test("hold up their branch alone", () => {
    const { run, clock } = startRun(graph);
    expect(run.advance()).toEqual({ kind: "wait", until: START + 60_000, short: false });
    expect(ran(run)).toBe("trigger soon");
    clock.ms += 60_000;
    expect(run.advance()).toEqual({ kind: "completed" });
    expect(ran(run)).toBe("trigger soon wait late");
  });

  test("go on from a checkpoint", () => {
    const { run: first } = startRun(graph);
    first.advance();
    const stored = JSON.parse(JSON.stringify({ steps: first.records, waits: first.waits }));
    const { run } = startRun(graph, {}, stored, { ms: START + 61_000 });
    expect(run.advance()).toEqual({ kind: "completed" });
    expect(ran(run)).toBe("wait late");
  });

  test("of no length don't wait", () => {
    const { run } = startRun(graphOf([trigger, delay("wait", 0)], ["trigger -> wait"]));
    expect(run.advance()).toEqual({ kind: "completed" });
  });
});

describe("answers and endings", () => {
  test("sends the first response reached, and warns of the second", () => {
    const { run } = startRun(graphOf([trigger, respond("a"), respond("b")], ["trigger -> a", "a -> b"]));
    expect(run.advance()).toEqual({ kind: "completed" });
    expect(run.response?.body).toBe('{"by":"a"}');
    expect(run.records[1]?.warning).toBeUndefined();
    expect(run.records[2]?.warning).toBe("A response was sent before, so this one was not.");
  });

  test("stores a response before an outside call that follows it", () => {
    const { run } = startRun(graphOf([trigger, respond("a"), call("b")], ["trigger -> a", "a -> b"]));
    expect(run.advance()).toMatchObject({ kind: "call" });
    expect(run.mustSave).toBe(true);
  });

  test("does not send one again that was stored", () => {
    const graph = graphOf([trigger, respond("a"), respond("b")], ["trigger -> a", "a -> b"]);
    const { run: first } = startRun(graph);
    first.advance();
    const { run } = startRun(graph, {}, { steps: first.records.slice(0, 2), responded: true });
    run.advance();
    expect(run.response).toBeUndefined();
  });

  test("a Stop ends everything, also branches that wait", () => {
    const stop = { id: "stop", type: "stop", settings: { outcome: "failed", message: "Out of {{trigger.body.what}}" } };
    const graph = graphOf(
      [trigger, delay("wait", 60), stop, set("never", "x")],
      ["trigger -> wait", "trigger -> stop", "wait -> never"],
    );
    const { run } = startRun(graph, { what: "stock" });
    expect(run.advance()).toEqual({ kind: "failed", error: "Out of stock", stepId: "stop", stopCycle: false });
    expect(run.waits).toEqual([]);
    expect(ran(run)).toBe("trigger stop");
  });

  test("a Stop can end it as completed", () => {
    const { run } = startRun(
      graphOf([trigger, { id: "stop", type: "stop" }, set("never", "x")], ["trigger -> stop", "trigger -> never"]),
    );
    expect(run.advance()).toEqual({ kind: "completed" });
    expect(ran(run)).toBe("trigger stop");
  });
});
