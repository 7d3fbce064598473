import { expect, test } from "vitest";
import { graphOf } from "@/lib/core/testing";
import { planFrom } from "./plan";
import { Progress } from "./progress";

const steps = (...ids: string[]) => ids.map((id) => ({ id, type: "set-fields" }));

/** Runs a plan, leaving each step by the exit that `exits` says, and gives the steps that ran in their order. */
function walk(edges: string[], ids: string[], exits: Record<string, string | null> = {}): string {
  const plan = planFrom(graphOf(steps(...ids), edges), ids[0]!)!;
  const progress = new Progress(plan);
  const ran: string[] = [];
  for (let index = progress.take(); index !== undefined; index = progress.take()) {
    const { id } = plan.steps[index]!.step;
    ran.push(id);
    progress.leave(index, exits[id] === undefined ? "next" : exits[id]);
  }
  return ran.join(" ");
}

const diamond = ["a:true -> b", "a:false -> c", "b -> d", "c -> d"];

test.each([
  ["true", "a b d"],
  ["false", "a c d"],
  ["neither", "a"],
])("joins two branches of which %s ran", (exit, ran) => {
  expect(walk(diamond, ["a", "b", "c", "d"], { a: exit })).toBe(ran);
});

test("runs a step once when all branches before it have run", () => {
  expect(walk(["a -> b", "a -> c", "b -> d", "c -> d"], ["a", "b", "c", "d"])).toBe("a b c d");
});

test("passes over whole branches, and joins behind them", () => {
  const edges = ["a:true -> b", "b -> c", "c -> e", "a:false -> d", "d -> e", "e -> f"];
  expect(walk(edges, ["a", "b", "c", "d", "e", "f"], { a: "false" })).toBe("a d e f");
});

test("a step that takes no exit ends its branch alone", () => {
  expect(walk(["a -> b", "a -> c", "b -> d", "c -> e"], ["a", "b", "c", "d", "e"], { b: null })).toBe("a b c e");
});

test("counts two edges from one step to another as two", () => {
  expect(walk(["a:true -> b", "a:false -> b"], ["a", "b"], { a: "true" })).toBe("a b");
});

test("leaves out what can't be reached from the first step", () => {
  const plan = planFrom(graphOf(steps("a", "b", "x"), ["a -> b", "x -> b"]), "a")!;
  expect(plan.steps.map(({ step, inputs }) => [step.id, inputs])).toEqual([
    ["a", 0],
    ["b", 1],
  ]);
});

test("gives nothing for a step that the graph does not have", () => {
  expect(planFrom(graphOf(steps("a"), []), "b")).toBeUndefined();
});
