import { describe, expect, test } from "vitest";
import { graphOf } from "@/lib/core/testing";
import { startRun } from "./testing";

const trigger = { id: "trigger", type: "webhook", settings: { matchExisting: { source: "script", code: "never()" } } };
const script = (code: string) => ({ source: "script", code });
const set = (id: string, ...codes: string[]) => ({
  id,
  type: "set-fields",
  settings: { fields: codes.map((code, index) => ({ name: `f${index}`, value: script(code) })) },
});
const call = (onError: object = {}) => ({
  id: "call",
  type: "http-request",
  settings: { method: "POST", url: "https://x/", body: [{ name: "n", value: script("1 + 1") }] },
  onError: { retries: 0, ...onError },
});

const none = { console: [], error: null };
const failing = (more: object = {}) => ({
  values: [],
  console: [],
  error: { kind: "thrown" as const, message: "x is not defined", line: 2, expression: 1, ...more },
});

describe("a step that is mapped from expressions", () => {
  test("asks for all of them at once, and goes on with their values", () => {
    const { run } = startRun(graphOf([trigger, set("a", "1", "2"), set("b", "3")], ["trigger -> a", "a -> b"]));
    expect(run.advance()).toEqual({ kind: "expressions", stepId: "a", visit: 1, codes: ["1", "2"] });
    run.computed({ ...none, values: [10, undefined], console: [{ level: "log", text: "hi" }] });
    expect(run.advance()).toEqual({ kind: "expressions", stepId: "b", visit: 1, codes: ["3"] });
    expect(run.scriptData.steps.a).toEqual({ f0: 10 });
    run.computed({ ...none, values: [{ x: null }] });
    expect(run.advance()).toEqual({ kind: "completed" });
    expect(run.records.map(({ stepId, output, console }) => [stepId, output, console])).toEqual([
      ["trigger", undefined, undefined],
      ["a", { f0: 10 }, [{ level: "log", text: "hi" }]],
      ["b", { f0: { x: null } }, undefined],
    ]);
  });

  test("makes its call with their values, and shows what they wrote with it", () => {
    const { run } = startRun(graphOf([trigger, call()], ["trigger -> call"]));
    run.advance();
    run.computed({ ...none, values: [2], console: [{ level: "log", text: "hi" }] });
    expect(run.advance()).toMatchObject({ kind: "call", request: { body: `{"n":2}` } });
    run.answered({ status: 200, headers: [], body: null, sizeBytes: 0 });
    expect(run.advance()).toEqual({ kind: "completed" });
    expect(run.records[1]).toMatchObject({ outcome: "done", console: [{ level: "log", text: "hi" }] });
  });

  test("fails with the field, the line and what to do", () => {
    const { run } = startRun(graphOf([trigger, set("a", "1", "x")], ["trigger -> a"]));
    run.advance();
    run.computed(failing());
    const error = "The script expression of f1 in Fields failed in line 2: x is not defined. Correct it in Step Setup.";
    expect(run.advance()).toMatchObject({ kind: "failed", stepId: "a", error });
    expect(run.records[1]).toMatchObject({ outcome: "failed", error: { code: "script_failed", message: error } });
  });

  test("names those that it can be where nobody knows which one failed", () => {
    const { run } = startRun(graphOf([trigger, set("a", "1", "x")], ["trigger -> a"]));
    run.advance();
    run.computed(
      failing({
        kind: "timeout",
        message: "The script took longer than 1000 ms",
        line: undefined,
        expression: undefined,
      }),
    );
    expect(run.advance()).toMatchObject({
      kind: "failed",
      error:
        "One of the script expressions of f0 in Fields, f1 in Fields failed: The script took longer than 1000 ms. Make it do less in Step Setup.",
    });
  });

  test("leaves by the Error exit where it has one", () => {
    const graph = graphOf(
      // biome-ignore lint/suspicious/noThenProperty: the field's word on screen; the object is never awaited.
      [trigger, call({ then: "error-exit" }), set("after", "1")],
      ["trigger -> call", "call:error -> after"],
    );
    const { run } = startRun(graph);
    run.advance();
    run.computed(failing({ expression: 0 }));
    expect(run.advance()).toMatchObject({ kind: "expressions", stepId: "after" });
  });

  test("computes anew when it is tried again, also when that was broken off", () => {
    const { run, clock } = startRun(
      graphOf([trigger, call({ retries: 1, firstWaitSeconds: 60 })], ["trigger -> call"]),
    );
    run.advance();
    run.computed({ ...none, values: [1] });
    run.advance();
    run.answered({ status: 503, headers: [], body: null, sizeBytes: 0 });
    expect(run.advance()).toMatchObject({ kind: "wait" });
    clock.ms += 120_000;
    expect(run.advance()).toMatchObject({ kind: "expressions", visit: 1 });
    run.callBrokenOff();
    expect(run.waits).toMatchObject([{ stepId: "call", visit: 1, reason: "retry" }]);
    expect(run.advance()).toMatchObject({ kind: "expressions", visit: 1 });
    run.computed({ ...none, values: [2] });
    expect(run.advance()).toMatchObject({ kind: "call", request: { body: `{"n":2}` } });
  });
});

test("a hold waits for the value that an expression gives; where it begins the cycle nothing is computed", () => {
  const hook = {
    id: "hook",
    type: "webhook",
    settings: { matchIncoming: "body.id", matchExisting: script("'A-' + 1") },
  };
  const { run } = startRun(graphOf([trigger, hook], ["trigger -> hook"]));
  expect(run.advance()).toMatchObject({ kind: "expressions", stepId: "hook", codes: ["'A-' + 1"] });
  run.computed({ ...none, values: [" A-1 "] });
  expect(run.advance()).toEqual({ kind: "held" });
  expect(run.opened).toMatchObject([{ stepId: "hook", value: "A-1" }]);
});
