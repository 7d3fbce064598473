import { describe, expect, it } from "vitest";
import { toFlow, toGraph } from "./flow";
import { Graph } from "./graph";

const graph = Graph.parse({
  steps: [
    { id: "webhook_a", type: "webhook", name: "Order", position: { x: 0, y: 40 }, settings: { fields: [] } },
    {
      id: "http_request_b",
      type: "http-request",
      name: "Create invoice",
      note: "asks for a key",
      position: { x: 280, y: -8 },
      settings: { url: "https://api.example.com" },
      onError: { retries: 2 },
      timeoutSeconds: 20,
    },
  ],
  edges: [{ from: "webhook_a", exit: "next", to: "http_request_b" }],
  variables: [{ name: "region", value: "eu" }],
});

describe("toFlow and toGraph", () => {
  it("give back the graph they were given", () => {
    const { nodes, edges } = toFlow(graph);
    expect(toGraph(nodes, edges, graph.variables)).toEqual(graph);
  });

  it("leave out what the canvas adds to nodes and edges", () => {
    const { nodes, edges } = toFlow(graph);
    const drawn = nodes.map((node) => ({
      ...node,
      selected: true,
      dragging: false,
      measured: { width: 240, height: 80 },
    }));
    const shown = edges.map((edge) => ({ ...edge, selected: true, animated: true }));
    expect(toGraph(drawn, shown, graph.variables)).toEqual(graph);
  });

  it("round positions to whole pixels", () => {
    const { nodes } = toFlow(graph);
    const moved = nodes.map((node) => ({ ...node, position: { x: 10.4, y: 20.6 } }));
    expect(toGraph(moved, []).steps[0]?.position).toEqual({ x: 10, y: 21 });
  });

  it("give an edge the same id each time and another edge another one", () => {
    const { edges } = toFlow({
      steps: [],
      edges: [
        { from: "a", exit: "true", to: "b" },
        { from: "a", exit: "false", to: "b" },
        { from: "a", exit: "true", to: "b" },
      ],
    });
    expect(edges.map((edge) => edge.id)).toEqual(["a/true/b", "a/false/b", "a/true/b"]);
  });
});
