import type { Edge, Graph } from "@/lib/core/graph";
import { type Json, stableStringify } from "@/lib/core/json";

const byText = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
const edgeKey = ({ from, exit, to }: Edge) => JSON.stringify([from, exit, to]);

/** The same graph with its Steps, edges and variables in one fixed order: the order in which they were drawn means nothing. */
export function canonicalGraph({ steps, edges, variables }: Graph): Graph {
  return {
    steps: [...steps].sort((a, b) => byText(a.id, b.id)),
    edges: [...edges].sort((a, b) => byText(edgeKey(a), edgeKey(b))),
    variables: [...variables].sort((a, b) => byText(a.name, b.name)),
  };
}

/** Whether two graphs are the same, wherever in the lists their Steps and edges stand. */
export function sameGraph(a: Graph, b: Graph): boolean {
  const text = (graph: Graph) => stableStringify(canonicalGraph(graph) as unknown as Json);
  return text(a) === text(b);
}
