import { Graph } from "./graph";

type StepGiven = { id: string; type: string; settings?: Record<string, unknown> } & Record<string, unknown>;

/** A graph from steps in a row and edges like "a -> b" or "a:true -> b"; positions follow the order of the steps. */
export function graphOf(steps: StepGiven[], edges: string[], variables: Graph["variables"] = []): Graph {
  return Graph.parse({
    steps: steps.map((step, index) => ({ name: step.id, position: { x: 0, y: index * 100 }, settings: {}, ...step })),
    edges: edges.map((edge) => {
      const [, from, exit = "next", to] = /^(\w+)(?::([\w-]+))? -> (\w+)$/.exec(edge) ?? [];
      return { from, exit, to };
    }),
    variables,
  });
}

/** A named mapping with a typed value. */
export const field = (name: string, text: string) => ({ name, value: { source: "value", text } });
