import { upstreamOf, wouldCircle } from "@/lib/core/graph";
import { definitionOf } from "@/lib/steps/definitions";
import { isBeginning } from "@/lib/steps/mid-cycle";
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
  if (isOnlyBeginning(drawn.nodes, edges, target))
    return `${target.data.name} begins the cycle, so nothing leads into it.`;
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

type DrawnEdge = Pick<StepEdge, "source" | "target">;

/** Whether the cycle would have nothing to begin with any more if something led into this step. */
function isOnlyBeginning(nodes: readonly StepNode[], edges: readonly DrawnEdge[], { id, data }: StepNode): boolean {
  const graph = { edges: edges.map((edge) => ({ from: edge.source, exit: "", to: edge.target })) };
  const begins = (node: Pick<StepNode, "id" | "data">) => isBeginning(graph, { id: node.id, type: node.data.type });
  return begins({ id, data }) && !nodes.some((node) => node.id !== id && begins(node));
}

/** Whether edges may lead into a step: all but notes and the one step that the cycle begins with. */
export function takesInput(drawn: Drawn, node: StepNode): boolean {
  return !definitionOf(node.data.type)?.annotation && !isOnlyBeginning(drawn.nodes, drawn.edges, node);
}

/** The steps that an exit can be led to: those for which `connectionProblem` finds nothing, worked out for all at once. */
export function possibleTargets(drawn: Drawn, source: string, exit: string): StepNode[] {
  const edges = drawn.edges.map((edge) => ({ from: edge.source, exit: edge.sourceHandle ?? "", to: edge.target }));
  const before = upstreamOf({ edges }, source);
  const led = new Set(edges.filter((edge) => edge.from === source && edge.exit === exit).map((edge) => edge.to));
  return drawn.nodes.filter((node) => {
    const isOther = node.id !== source && !before.has(node.id) && !led.has(node.id);
    return isOther && takesInput(drawn, node);
  });
}

/** Why a step of this type can't be added, as a sentence; undefined when it can. */
export function additionProblem(nodes: readonly StepNode[], type: string): string | undefined {
  const definition = definitionOf(type);
  if (!definition) return `This installation has no step type "${type}".`;
  if (nodes.length >= 500) return "A cycle has 500 steps at most.";
  return undefined;
}
