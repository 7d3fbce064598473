import { describe, expect, it } from "vitest";
import { Graph, reachableFrom, stepIdPattern, topologicalOrder, upstreamOf, wouldCircle } from "./graph";

const graphOf = (edges: string[], places: Record<string, [x: number, y: number]> = {}): Graph => {
  const ids = [...new Set(edges.flatMap((edge) => edge.split(">")))];
  return Graph.parse({
    steps: ids.map((id) => ({
      id,
      type: "set-fields",
      name: id,
      position: { x: places[id]?.[0] ?? 0, y: places[id]?.[1] ?? 0 },
      settings: {},
    })),
    edges: edges.map((edge) => ({ from: edge.split(">")[0], exit: "next", to: edge.split(">")[1] })),
  });
};

describe("stepIdPattern", () => {
  it.each(["order_4kx2p9", "a", "variable", "var_1"])("takes %s", (id) => expect(id).toMatch(stepIdPattern));
  it.each(["", "Order", "1a", "a-b", "var", "__proto__", "a".repeat(65)])("refuses %j", (id) =>
    expect(id).not.toMatch(stepIdPattern),
  );
});

describe("topologicalOrder", () => {
  it("puts every step after all that lead to it", () => {
    expect(topologicalOrder(graphOf(["a>b", "b>d", "a>c", "c>d", "d>e"]))).toEqual(["a", "b", "c", "d", "e"]);
  });

  it("takes the upper, then the left of steps that are ready together", () => {
    const graph = graphOf(["a>b", "a>c", "a>d"], { b: [0, 200], c: [100, 100], d: [0, 100] });
    expect(topologicalOrder(graph)).toEqual(["a", "d", "c", "b"]);
  });

  it("leaves out steps on a circle and what comes after it", () => {
    expect(topologicalOrder(graphOf(["a>b", "b>c", "c>b", "c>d"]))).toEqual(["a"]);
  });
});

describe("paths", () => {
  const graph = graphOf(["a>b", "b>c", "x>c"]);

  it("finds what comes after and before a step", () => {
    expect(reachableFrom(graph, "a")).toEqual(new Set(["b", "c"]));
    expect(upstreamOf(graph, "c")).toEqual(new Set(["a", "b", "x"]));
  });

  it("knows which edge would close a circle", () => {
    expect(wouldCircle(graph, "c", "a")).toBe(true);
    expect(wouldCircle(graph, "a", "a")).toBe(true);
    expect(wouldCircle(graph, "a", "x")).toBe(false);
  });
});
