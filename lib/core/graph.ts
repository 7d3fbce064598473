import { z } from "zod";

/** What happens after a step has failed and its retries are used up. */
export const OnErrorThen = z.enum(["stop", "continue", "error-exit", "stop-cycle"]);
export type OnErrorThen = z.infer<typeof OnErrorThen>;

/** A step's *On error*: retries with waits in seconds, then what follows. */
export const OnError = z.object({
  retries: z.number().int().min(0).max(10).default(3),
  wait: z.enum(["backoff", "fixed"]).default("backoff"),
  firstWaitSeconds: z.number().min(0.1).max(86_400).default(1),
  // biome-ignore lint/suspicious/noThenProperty: the field's word on screen; the object is never awaited.
  then: OnErrorThen.default("stop"),
});
export type OnError = z.infer<typeof OnError>;

/** Ids of steps. `var` is taken: merge fields that begin with it are cycle variables. */
export const stepIdPattern = /^(?!var$)[a-z][a-z0-9_]{0,63}$/;

/** One node of a cycle. `settings` belong to the step's type, which checks them (lib/steps). */
export const Step = z.object({
  id: z.string().regex(stepIdPattern, "Step ids are lower-case letters, digits and underscores"),
  type: z.string().max(50),
  name: z.string().trim().min(1, "Type a name").max(120, "Names have 120 characters at most"),
  note: z.string().max(2_000).optional(),
  position: z.object({ x: z.number().finite(), y: z.number().finite() }),
  settings: z.record(z.string(), z.json()),
  onError: OnError.optional(),
  /** Seconds an outside call may take. */
  timeoutSeconds: z.number().int().min(1).max(900).optional(),
});
export type Step = z.infer<typeof Step>;

/** An arrow from one exit of a step to another step. */
export const Edge = z.object({
  from: z.string().max(64),
  exit: z.string().max(100),
  to: z.string().max(64),
});
export type Edge = z.infer<typeof Edge>;

/** A cycle variable: a constant that any mapping may use. */
export const Variable = z.object({
  name: z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,99}$/, "Variable names are letters, digits and underscores"),
  value: z.string().max(10_000),
});
export type Variable = z.infer<typeof Variable>;

/** What a builder draws: a draft of it is edited, versions of it run. */
export const Graph = z.object({
  steps: z.array(Step).max(500, "A cycle has 500 steps at most"),
  edges: z.array(Edge).max(2_000, "A cycle has 2,000 edges at most"),
  variables: z.array(Variable).max(200).default([]),
});
export type Graph = z.infer<typeof Graph>;

export const emptyGraph: Graph = { steps: [], edges: [], variables: [] };

/** The exit that steps take when they fail and *On error* says so. */
export const ERROR_EXIT = "error";

/** Edges that leave each step, in the graph's order. */
export function outgoing(graph: Pick<Graph, "edges">): Map<string, Edge[]> {
  const edges = new Map<string, Edge[]>();
  for (const edge of graph.edges) {
    const siblings = edges.get(edge.from);
    if (siblings) siblings.push(edge);
    else edges.set(edge.from, [edge]);
  }
  return edges;
}

/** Ids of every step that can be reached from `stepId`, itself left out. */
export function reachableFrom(graph: Pick<Graph, "edges">, stepId: string): Set<string> {
  const edges = outgoing(graph);
  const reached = new Set<string>();
  const open = [stepId];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    for (const edge of edges.get(id) ?? []) {
      if (reached.has(edge.to)) continue;
      reached.add(edge.to);
      open.push(edge.to);
    }
  }
  return reached;
}

/** Ids of every step that comes before `stepId` on some path. */
export function upstreamOf(graph: Pick<Graph, "edges">, stepId: string): Set<string> {
  const reversed = graph.edges.map((edge) => ({ from: edge.to, exit: "", to: edge.from }));
  return reachableFrom({ edges: reversed }, stepId);
}

/** True when an edge from `from` to `to` would close a circle (or lead from a step to itself). */
export function wouldCircle(graph: Pick<Graph, "edges">, from: string, to: string): boolean {
  return from === to || reachableFrom(graph, to).has(from);
}

/**
 * Ids of the steps in an order in which every step comes after those that lead to it; of equals the upper,
 * then the left one on the canvas first (Kahn 1962). Steps on a circle are left out.
 */
export function topologicalOrder(graph: Pick<Graph, "steps" | "edges">): string[] {
  const known = new Map(graph.steps.map((step) => [step.id, step]));
  const inputs = new Map(graph.steps.map((step) => [step.id, 0]));
  for (const edge of graph.edges) if (known.has(edge.from)) inputs.set(edge.to, (inputs.get(edge.to) ?? 0) + 1);
  const edges = outgoing(graph);
  const before = (a: Step, b: Step) =>
    a.position.y - b.position.y || a.position.x - b.position.x || (a.id < b.id ? -1 : 1);
  const ready = graph.steps.filter((step) => inputs.get(step.id) === 0).sort(before);
  const order: string[] = [];
  for (let step = ready.shift(); step; step = ready.shift()) {
    order.push(step.id);
    for (const edge of edges.get(step.id) ?? []) {
      const left = (inputs.get(edge.to) ?? 0) - 1;
      inputs.set(edge.to, left);
      const next = known.get(edge.to);
      if (left === 0 && next) {
        const at = ready.findIndex((other) => before(next, other) < 0);
        ready.splice(at < 0 ? ready.length : at, 0, next);
      }
    }
  }
  return order;
}
