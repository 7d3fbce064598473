import { type Graph, outgoing, reachableFrom, type Step, topologicalOrder } from "../graph";

/** One step of a plan. Numbers are places in `Plan.steps`. */
export type PlannedStep = {
  step: Step;
  index: number;
  /** Edges that lead here from steps of the plan. */
  inputs: number;
  /** Where each edge leads that leaves this step, and by which exit. */
  edges: readonly { exit: string; to: number }[];
};

/** The part of a graph that a transaction can reach, in the order in which its steps run. Made once per version. */
export type Plan = {
  steps: readonly PlannedStep[];
  indexOf: ReadonlyMap<string, number>;
  start: number;
  /** The steps that can be reached from one. */
  below: (index: number) => ReadonlySet<number>;
};

/** Plans what can be reached from the step that transactions begin at; undefined when the graph has no such step. */
export function planFrom(graph: Graph, startId: string): Plan | undefined {
  const byId = new Map(graph.steps.map((step) => [step.id, step]));
  if (!byId.has(startId)) return undefined;
  const reached = reachableFrom(graph, startId).add(startId);
  const order = topologicalOrder(graph).filter((id) => reached.has(id));
  const indexOf = new Map(order.map((id, index) => [id, index]));
  const start = indexOf.get(startId);
  if (start === undefined) return undefined;
  const edges = outgoing(graph);
  const inputs = new Array<number>(order.length).fill(0);
  const planned = order.map((id, index) => ({
    step: byId.get(id)!,
    index,
    edges: (edges.get(id) ?? []).flatMap(({ exit, to }) => {
      const target = indexOf.get(to);
      if (target === undefined || target === start) return [];
      inputs[target]!++;
      return [{ exit, to: target }];
    }),
  }));
  const below = new Map<number, ReadonlySet<number>>();
  return {
    steps: planned.map((step) => ({ ...step, inputs: inputs[step.index]! })),
    indexOf,
    start,
    below(index) {
      const known = below.get(index);
      if (known) return known;
      const found = new Set([...reachableFrom(graph, order[index]!)].map((id) => indexOf.get(id)!));
      below.set(index, found);
      return found;
    },
  };
}
