import { upstreamOf, wouldCircle } from "@/lib/core/graph";
import { definitionOf } from "@/lib/steps/definitions";
import type { StepEdge, StepNode } from "./draft";

export type Connection = { source: string; sourceHandle?: string | null; target: string };

type Drawn = { nodes: readonly StepNode[]; edges: readonly StepEdge[] };

/**
 * Why an edge can't be drawn, as a sentence for the user; undefined when it can.
 *
 * @param replaced id of the edge that the new one takes the place of
 */
export function connectionProblem(drawn: Drawn, connection: Connection, replaced?: string): string | undefined {
  const source = drawn.nodes.find((node) => node.id === connection.source);
  const target = drawn.nodes.find((node) => node.id === connection.target);
  if (!source || !target) return "One of the two steps no longer exists.";
  if (source === target) return `${source.data.name} can't lead to itself.`;
  const edges = drawn.edges.filter((edge) => edge.id !== replaced);
  if (definitionOf(target.data.type)?.annotation) return `${target.data.name} is a note, so nothing leads to it.`;
  if (definitionOf(source.data.type)?.annotation) return `${source.data.name} is a note, so it leads nowhere.`;
  if (definitionOf(target.data.type)?.trigger) return `${target.data.name} begins the cycle, so nothing leads into it.`;
  const exit = connection.sourceHandle ?? "";
  if (edges.some((edge) => edge.source === source.id && edge.target === target.id && edge.sourceHandle === exit)) {
    return `${source.data.name} already leads to ${target.data.name} by this exit.`;
  }
  const graph = { edges: edges.map((edge) => ({ from: edge.source, exit: edge.sourceHandle ?? "", to: edge.target })) };
  if (wouldCircle(graph, source.id, target.id)) {
    return `${target.data.name} comes before ${source.data.name}, so this would close a circle.`;
  }
  return undefined;
}

/** The steps that an exit can be led to: those for which `connectionProblem` finds nothing, worked out for all at once. */
export function possibleTargets(drawn: Drawn, source: string, exit: string): StepNode[] {
  const edges = drawn.edges.map((edge) => ({ from: edge.source, exit: edge.sourceHandle ?? "", to: edge.target }));
  const before = upstreamOf({ edges }, source);
  const led = new Set(edges.filter((edge) => edge.from === source && edge.exit === exit).map((edge) => edge.to));
  return drawn.nodes.filter(({ id, data }) => {
    const definition = definitionOf(data.type);
    return id !== source && !before.has(id) && !led.has(id) && !definition?.trigger && !definition?.annotation;
  });
}

/** Why a step of this type can't be added, as a sentence; undefined when it can. */
export function additionProblem(nodes: readonly StepNode[], type: string): string | undefined {
  const definition = definitionOf(type);
  if (!definition) return `This installation has no step type "${type}".`;
  if (nodes.length >= 500) return "A cycle has 500 steps at most.";
  const trigger = definition.trigger && nodes.find((node) => definitionOf(node.data.type)?.trigger);
  return trigger ? `A cycle begins with one trigger, and ${trigger.data.name} is it.` : undefined;
}
