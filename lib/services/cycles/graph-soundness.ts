import type { Graph } from "@/lib/core/graph";
import { ServiceError } from "../errors";

function repeated(names: string[]): string | undefined {
  return names.find((name, index) => names.indexOf(name) !== index);
}

/** Throws `invalid` for a graph that can't be drawn: two Steps with one id, an edge from or to nowhere, two variables with one name. */
export function requireSoundGraph({ steps, edges, variables }: Graph): void {
  const stepIds = steps.map(({ id }) => id);
  const known = new Set(stepIds);
  const twice = repeated(stepIds);
  if (twice !== undefined) throw new ServiceError("invalid", `Two steps have the id ${twice}.`);
  const loose = edges.find(({ from, to }) => !known.has(from) || !known.has(to));
  if (loose)
    throw new ServiceError("invalid", `The edge from ${loose.from} to ${loose.to} has a step that doesn't exist.`);
  const drawnTwice = repeated(edges.map(({ from, exit, to }) => JSON.stringify([from, exit, to])));
  if (drawnTwice !== undefined) throw new ServiceError("invalid", `An edge is there twice: ${drawnTwice}.`);
  const variable = repeated(variables.map(({ name }) => name));
  if (variable !== undefined) throw new ServiceError("invalid", `Two cycle variables are called ${variable}.`);
}
