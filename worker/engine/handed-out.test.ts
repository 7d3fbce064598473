import { describe, expect, test } from "vitest";
import { StepError } from "@/lib/core/errors";
import { graphOf } from "@/lib/core/testing";
import { call, ok, ran, refused, START, set, startRun, trigger } from "./testing";

describe("outside calls", () => {
  const graph = graphOf(
    [trigger, call("a"), call("b"), set("c", "{{a.body.n}}{{b.status}}")],
    ["trigger -> a", "a -> b", "b -> c"],
  );

  test("are asked for one after another, and the first must be stored before the second", () => {
    const { run, clock } = startRun(graph);
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
    const { run, clock } = startRun(graph);
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
    const { run: first } = startRun(graph);
    first.advance();
    first.answered(ok({ n: 7 }));
    first.advance();
    const { run } = startRun(graph, {}, { steps: JSON.parse(JSON.stringify(first.records)) });
    expect(run.advance()).toMatchObject({ kind: "call", stepId: "b" });
    run.answered(ok());
    run.advance();
    expect(ran(run)).toBe("b c");
    expect(run.records[1]?.output).toEqual({ value: "7200" });
  });

  test("that are broken off are asked for again", () => {
    const { run } = startRun(graph);
    run.advance();
    run.callBrokenOff();
    const { run: again } = startRun(graph, {}, { steps: run.records, waits: run.waits });
    expect(again.advance()).toMatchObject({ kind: "call", stepId: "a" });
  });
});

describe("failures", () => {
  const failing = (onError: object, edges: string[] = ["a -> after"]) =>
    startRun(graphOf([trigger, call("a", onError), set("after", "{{a.error.message}}")], ["trigger -> a", ...edges]))
      .run;

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
    const { run } = startRun(graph, { url: "nonsense" });
    expect(run.advance()).toMatchObject({ kind: "failed", stepId: "a" });
    expect(run.records[1]?.error?.code).toBe("bad_settings");
  });

  test("a step of an unknown type is one, with a message that says so", () => {
    const { run } = startRun(graphOf([trigger, { id: "odd", type: "teleport" }], ["trigger -> odd"]));
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
    const { run, clock } = startRun(graph);
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
    const { run } = startRun(graph);
    run.advance();
    run.failed(new StepError("rate_limited", "Slow down.", { retryAfterMs: 60_000 }));
    expect(run.advance()).toEqual({ kind: "wait", until: START + 60_000, short: false });
    const stored = JSON.parse(JSON.stringify({ steps: run.records, waits: run.waits }));
    const { run: later, clock } = startRun(graph, {}, stored, { ms: START + 59_000 });
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
