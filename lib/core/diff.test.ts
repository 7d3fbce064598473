import { describe, expect, it } from "vitest";
import { diffGraphs, mergeGraphs, sameGraph } from "./diff";
import type { Graph, Step } from "./graph";

const step = (id: string, changes: Partial<Step> = {}): Step => ({
  id,
  type: "set-fields",
  name: id.toUpperCase(),
  position: { x: 0, y: 0 },
  settings: {},
  ...changes,
});

const graph = (steps: Step[], edges: Graph["edges"] = [], variables: Graph["variables"] = []): Graph => ({
  steps,
  edges,
  variables,
});
const edge = (from: string, to: string, exit = "next") => ({ from, exit, to });

describe("diffGraphs", () => {
  it("names steps that were added, removed, changed and moved", () => {
    const before = graph([step("a"), step("b"), step("c"), step("d")]);
    const after = graph([
      step("a", { settings: { url: "x" }, name: "New" }),
      step("b", { position: { x: 9, y: 0 } }),
      step("d"),
      step("e"),
    ]);
    expect(diffGraphs(before, after).steps).toEqual([
      { stepId: "a", name: "New", type: "set-fields", kind: "changed", fields: ["name", "url"] },
      { stepId: "b", name: "B", type: "set-fields", kind: "moved", fields: [] },
      { stepId: "e", name: "E", type: "set-fields", kind: "added", fields: [] },
      { stepId: "c", name: "C", type: "set-fields", kind: "removed", fields: [] },
    ]);
  });

  it("names edges and variables that differ", () => {
    const before = graph(
      [step("a"), step("b")],
      [edge("a", "b")],
      [
        { name: "x", value: "1" },
        { name: "y", value: "1" },
      ],
    );
    const after = graph(
      [step("a"), step("b")],
      [edge("a", "b", "error")],
      [
        { name: "x", value: "2" },
        { name: "z", value: "1" },
      ],
    );
    const diff = diffGraphs(before, after);
    expect(diff.addedEdges).toEqual([edge("a", "b", "error")]);
    expect(diff.removedEdges).toEqual([edge("a", "b")]);
    expect(diff.variables).toEqual(["x", "y", "z"]);
  });

  it("sees no difference in the order of keys", () => {
    const one = graph([step("a", { settings: { x: 1, y: { p: 1, q: 2 } } })]);
    const other = graph([step("a", { settings: { y: { q: 2, p: 1 }, x: 1 } })]);
    expect(diffGraphs(one, other).steps).toEqual([]);
    expect(sameGraph(one, other)).toBe(true);
  });

  it("reads keys that are names on every object", () => {
    const before = graph([step("a", { settings: {} })]);
    const after = graph([step("a", { settings: { constructor: "x" } })]);
    expect(diffGraphs(before, after).steps[0]?.fields).toEqual(["constructor"]);
  });
});

describe("mergeGraphs", () => {
  const base = graph([step("a"), step("b"), step("c")], [edge("a", "b"), edge("b", "c")]);

  it("keeps both changes when they are about different steps", () => {
    const mine = graph([step("a", { name: "Mine" }), step("b"), step("c")], base.edges);
    const theirs = graph(
      [step("a"), step("b", { settings: { url: "x" } }), step("c"), step("d")],
      [...base.edges, edge("c", "d")],
    );
    const merged = mergeGraphs(base, mine, theirs);
    expect(merged.conflicts).toEqual([]);
    expect(merged.graph.steps.map((merged) => merged.name)).toEqual(["Mine", "B", "C", "D"]);
    expect(merged.graph.steps[1]?.settings).toEqual({ url: "x" });
    expect(merged.graph.edges).toEqual([...base.edges, edge("c", "d")]);
  });

  it("calls it a conflict when both changed one step differently, and has mine there", () => {
    const mine = graph([step("a", { name: "Mine" }), step("b"), step("c")]);
    const theirs = graph([step("a", { name: "Theirs" }), step("b"), step("c")]);
    const merged = mergeGraphs(base, mine, theirs);
    expect(merged.conflicts).toEqual(["Mine"]);
    expect(merged.graph.steps[0]?.name).toBe("Mine");
  });

  it("takes the same change of both sides once", () => {
    const both = graph([step("a", { name: "Same" }), step("b"), step("c")]);
    expect(mergeGraphs(base, both, both)).toEqual({ graph: both, conflicts: [] });
  });

  it("takes a move of one side with a change of the other", () => {
    const mine = graph([step("a", { position: { x: 5, y: 5 } }), step("b"), step("c")]);
    const theirs = graph([step("a", { name: "Theirs" }), step("b"), step("c")]);
    const merged = mergeGraphs(base, mine, theirs);
    expect(merged.conflicts).toEqual([]);
    expect(merged.graph.steps[0]).toMatchObject({ name: "Theirs", position: { x: 5, y: 5 } });
  });

  it("removes a step that one side removed, with its edges, and calls it a conflict when the other worked on it", () => {
    const removed = graph([step("a"), step("c")], [edge("a", "c")]);
    const untouched = mergeGraphs(base, removed, base);
    expect(untouched.conflicts).toEqual([]);
    expect(untouched.graph.steps.map(({ id }) => id)).toEqual(["a", "c"]);
    expect(untouched.graph.edges).toEqual([edge("a", "c")]);
    const worked = graph([step("a"), step("b", { name: "Worked" }), step("c")], base.edges);
    expect(mergeGraphs(base, removed, worked).conflicts).toEqual(["Worked"]);
  });

  it("calls it a conflict when two new edges would close a circle", () => {
    const open = graph([step("a"), step("b")]);
    const mine = graph(open.steps, [edge("a", "b")]);
    const theirs = graph(open.steps, [edge("b", "a")]);
    const merged = mergeGraphs(open, mine, theirs);
    expect(merged.conflicts).toEqual(["A"]);
    expect(merged.graph.edges).toEqual([edge("a", "b")]);
  });

  it("merges variables by name", () => {
    const old = graph(
      [],
      [],
      [
        { name: "x", value: "1" },
        { name: "y", value: "1" },
      ],
    );
    const mine = graph(
      [],
      [],
      [
        { name: "x", value: "2" },
        { name: "y", value: "1" },
      ],
    );
    const theirs = graph(
      [],
      [],
      [
        { name: "x", value: "1" },
        { name: "z", value: "3" },
      ],
    );
    expect(mergeGraphs(old, mine, theirs)).toEqual({
      graph: graph(
        [],
        [],
        [
          { name: "x", value: "2" },
          { name: "z", value: "3" },
        ],
      ),
      conflicts: [],
    });
    expect(mergeGraphs(old, mine, graph([], [], [{ name: "x", value: "9" }])).conflicts).toEqual(["x"]);
  });
});
