import { expect, test } from "vitest";
import { field } from "@/lib/core/testing";
import { runStep } from "./testing";

test("Set fields builds an object", () => {
  expect(runStep("set-fields", { fields: [field("a.b", "1"), { name: "c", value: { source: "ignore" } }] })).toEqual({
    kind: "continue",
    exit: "next",
    output: { a: { b: "1" } },
  });
});

const compare = (operator: string, right: string) => ({
  groups: [
    { conditions: [{ left: { source: "value", text: "10" }, operator, right: { source: "value", text: right } }] },
  ],
});

test.each([
  ["equals", "10", "true"],
  ["greater", "9", "true"],
  ["less", "9", "false"],
  ["matches-pattern", "^\\d+$", "true"],
])("Decision compares 10 %s %s and leaves by %s", (operator, right, exit) => {
  expect(runStep("decision", compare(operator, right))).toEqual({
    kind: "continue",
    exit,
    input: { groups: [{ conditions: [{ left: "10", operator, right, matched: exit === "true" }] }] },
    output: { matched: exit === "true" },
  });
});

test("Decision records why values could not be compared", () => {
  const outcome = runStep("decision", compare("matches-pattern", "("));
  expect(outcome).toMatchObject({
    exit: "false",
    input: { groups: [{ conditions: [{ problem: expect.any(String) }] }] },
  });
});

test("Delay waits for its time", () => {
  expect(runStep("delay", { amount: 1.5, unit: "hours" })).toEqual({ kind: "wait", forMs: 5_400_000, exit: "next" });
});

test.each([
  [
    { outcome: "failed", message: "No stock" },
    { state: "FAILED", message: "No stock", output: { message: "No stock" } },
  ],
  [{}, { state: "COMPLETED", message: undefined, output: undefined }],
])("Stop with %j ends the transaction", (settings, end) => {
  expect(runStep("stop", settings)).toEqual({ kind: "end", ...end });
});

test("Webhook goes on at once where the transaction begins", () => {
  expect(runStep("webhook", {}, {}, true)).toEqual({ kind: "continue", exit: "next" });
});

test("Webhook holds the transaction anywhere else, with the value that it waits for", () => {
  const matchExisting = { source: "value", text: " A-10 " };
  expect(runStep("webhook", { matchExisting, timeoutSeconds: 60 })).toEqual({
    kind: "hold",
    value: "A-10",
    timeoutMs: 60_000,
    input: { value: "A-10" },
  });
  expect(runStep("webhook", {})).toMatchObject({ value: null, timeoutMs: null });
});

test("Note is never run", () => {
  expect(() => runStep("note", {})).toThrow("A note was run");
});
