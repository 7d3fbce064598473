import { describe, expect, it } from "vitest";
import type { Graph, Step } from "@/lib/core/graph";
import { connectionProblem, possibleTargets } from "./connection-rules";
import { graphOf, toContent } from "./draft";
import { addStep, connect, remove, updateStep } from "./edits";
import { neighbour } from "./neighbours";
import { uniqueName } from "./step-names";

const step = (id: string, type = "set-fields", x = 0): Step => ({
  id,
  type,
  name: id,
  position: { x, y: 0 },
  settings: {},
});
const edge = (from: string, to: string, exit = "next") => ({ from, exit, to });
const chain = (): Graph => ({
  steps: [step("hook", "webhook"), step("a", "set-fields", 320), step("b", "set-fields", 640)],
  edges: [edge("hook", "a"), edge("a", "b")],
  variables: [],
});
const random = () => 0.5;
const edgesOf = (content: ReturnType<typeof toContent>) => graphOf(content).edges;

describe("addStep", () => {
  it("connects a step that is added after another by its free exit", () => {
    const content = addStep(toContent(chain()), "set-fields", { after: "b" }, random);
    const added = content.nodes.at(-1);
    expect(edgesOf(content)).toContainEqual(edge("b", added?.id ?? ""));
    expect(added?.selected).toBe(true);
    expect(added?.position.x).toBeGreaterThan(640);
  });

  it("puts a step in between when the exit is taken, and makes room for it", () => {
    const content = addStep(toContent(chain()), "decision", { after: "a" }, random);
    const added = content.nodes.at(-1)?.id ?? "";
    expect(edgesOf(content)).toEqual([edge("hook", "a"), edge("a", added), edge(added, "b", "true")]);
    expect(content.nodes.find((node) => node.id === "b")?.position.x).toBeGreaterThan(640);
  });

  it("ends the path when a step without exits is put into an edge", () => {
    const content = addStep(toContent(chain()), "stop", { onEdge: "a/next/b" }, random);
    expect(edgesOf(content)).toEqual([edge("hook", "a"), edge("a", content.nodes.at(-1)?.id ?? "")]);
  });

  it("leaves notes unconnected and names every step differently", () => {
    const once = addStep(toContent(chain()), "note", { after: "b" }, random);
    const twice = addStep(once, "note", { after: "b" }, () => 0.1);
    expect(twice.edges).toHaveLength(2);
    expect(twice.nodes.slice(3).map((node) => node.data.name)).toEqual(["Note", "Note 2"]);
  });
});

describe("remove", () => {
  it("joins both sides of a step with one edge in and one out", () => {
    expect(edgesOf(remove(toContent(chain()), ["a"]))).toEqual([edge("hook", "b")]);
  });

  it("joins both ends of a whole chain that is removed", () => {
    const graph = chain();
    graph.steps.push(step("c"));
    graph.edges.push(edge("b", "c"));
    expect(edgesOf(remove(toContent(graph), ["a", "b"]))).toEqual([edge("hook", "c")]);
  });

  it("joins nothing where there is a choice", () => {
    const graph = chain();
    graph.steps.push(step("c"));
    graph.edges.push(edge("a", "c"));
    expect(edgesOf(remove(toContent(graph), ["a"]))).toEqual([]);
  });

  it("removes single edges", () => {
    expect(edgesOf(remove(toContent(chain()), [], ["a/next/b"]))).toEqual([edge("hook", "a")]);
  });
});

describe("connections", () => {
  it.each([
    { source: "a", target: "a", reason: "can't lead to itself" },
    { source: "b", target: "hook", reason: "begins the cycle" },
    { source: "b", target: "a", reason: "close a circle" },
    { source: "a", target: "b", reason: "already leads to b" },
  ])("refuses an edge from $source to $target: $reason", ({ source, target, reason }) => {
    const content = toContent(chain());
    const connection = { source, sourceHandle: "next", target };
    expect(connectionProblem(content, connection)).toContain(reason);
    expect(connect(content, connection)).toBe(content);
  });

  it("are offered just where they can be drawn", () => {
    const graph = chain();
    graph.steps.push(step("c"), step("note", "note"), step("d"));
    graph.edges.push(edge("c", "a"));
    const content = toContent(graph);
    const allowed = content.nodes.filter(
      (node) => !connectionProblem(content, { source: "a", sourceHandle: "next", target: node.id }),
    );
    expect(possibleTargets(content, "a", "next")).toEqual(allowed);
    expect(allowed.map((node) => node.id)).toEqual(["d"]);
  });

  it("lets an edge be drawn anew to where it leads already", () => {
    const content = toContent(chain());
    expect(connectionProblem(content, { source: "hook", sourceHandle: "next", target: "b" })).toBeUndefined();
    const moved = connect(content, { source: "hook", sourceHandle: "next", target: "b" }, "a/next/b");
    expect(edgesOf(moved)).toEqual([edge("hook", "a"), edge("hook", "b")]);
  });

  it("go with an exit that the step no longer has", () => {
    const graph = chain();
    graph.steps.push(step("http", "http-request"));
    const taking = updateStep(toContent(graph), "http", {
      onError: { retries: 0, wait: "fixed", firstWaitSeconds: 1, ["then" as const]: "error-exit" },
    });
    const connected = connect(taking, { source: "http", sourceHandle: "error", target: "b" });
    expect(edgesOf(connected)).toContainEqual(edge("http", "b", "error"));
    expect(edgesOf(updateStep(connected, "http", { onError: undefined }))).not.toContainEqual(
      edge("http", "b", "error"),
    );
  });
});

describe("neighbour", () => {
  it("follows edges to both sides", () => {
    const content = toContent(chain());
    expect(neighbour(content, "a", "right")).toBe("b");
    expect(neighbour(content, "a", "left")).toBe("hook");
    expect(neighbour(content, "b", "right")).toBeUndefined();
  });
});

describe("uniqueName", () => {
  it.each([
    ["Decision", [], "Decision"],
    ["Decision", ["decision"], "Decision 2"],
    ["Decision 2", ["Decision", "Decision 2"], "Decision 3"],
    [" Order ", ["Order"], "Order 2"],
  ])("makes of %j among %j %j", (wanted, taken, name) => expect(uniqueName(wanted, taken)).toBe(name));
});
