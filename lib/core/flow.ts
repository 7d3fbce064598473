import type { Edge, Graph, OnError, Step } from "./graph";

/** What a node of the canvas knows of its step: everything but id and position. */
export type StepData = {
  type: string;
  name: string;
  note?: string;
  settings: Step["settings"];
  onError?: OnError;
  timeoutSeconds?: number;
};

/** A step as React Flow has it. */
export type FlowNode = { id: string; type: "step"; position: { x: number; y: number }; data: StepData };

/** An edge as React Flow has it; its id is made of its ends, so that the same edge never stands there twice. */
export type FlowEdge = { id: string; type: "exit"; source: string; sourceHandle: string; target: string };

type NodeLike = Pick<FlowNode, "id" | "position" | "data">;
type EdgeLike = { source: string; sourceHandle?: string | null; target: string };

/** The id of an edge on the canvas. */
export function edgeId({ from, exit, to }: Edge): string {
  return `${from}/${exit}/${to}`;
}

/** One step as a node of the canvas. */
export function toNode({ id, position, ...data }: Step): FlowNode {
  return { id, type: "step", position, data };
}

/** One edge as an edge of the canvas. */
export function toFlowEdge(edge: Edge): FlowEdge {
  return { id: edgeId(edge), type: "exit", source: edge.from, sourceHandle: edge.exit, target: edge.to };
}

/** A graph as nodes and edges of the canvas; its variables stay apart, React Flow has no place for them. */
export function toFlow(graph: Pick<Graph, "steps" | "edges">): { nodes: FlowNode[]; edges: FlowEdge[] } {
  return { nodes: graph.steps.map(toNode), edges: graph.edges.map(toFlowEdge) };
}

/** One node back as a step; selection, measures and all else that the canvas adds is left out. */
export function toStep({ id, position, data }: NodeLike): Step {
  const { type, name, note, settings, onError, timeoutSeconds } = data;
  return {
    id,
    type,
    name,
    ...(note ? { note } : {}),
    position: { x: Math.round(position.x), y: Math.round(position.y) },
    settings,
    ...(onError ? { onError } : {}),
    ...(timeoutSeconds ? { timeoutSeconds } : {}),
  };
}

/** One edge of the canvas back as an edge of the graph. */
export function toEdge({ source, sourceHandle, target }: EdgeLike): Edge {
  return { from: source, exit: sourceHandle ?? "", to: target };
}

/** The canvas back as a graph, in the order of its nodes and edges. */
export function toGraph(
  nodes: readonly NodeLike[],
  edges: readonly EdgeLike[],
  variables: Graph["variables"] = [],
): Graph {
  return { steps: nodes.map(toStep), edges: edges.map(toEdge), variables: [...variables] };
}
