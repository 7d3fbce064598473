import { edgeId, type StepData, toFlow, toFlowEdge, toNode } from "@/lib/core/flow";
import type { Edge, Graph } from "@/lib/core/graph";
import { definitionOf } from "@/lib/steps/definitions";
import { exitsOf } from "@/lib/steps/exits";
import type { Settings } from "@/lib/steps/types";
import { type Connection, connectionProblem } from "./connection-rules";
import type { Content, StepEdge, StepNode } from "./draft";
import { freePoint, makeRoom, type Point, pointAfter, pointBetween } from "./placement";
import { createStepId, type Random, uniqueName } from "./step-names";

/** Where a new step goes: onto a point, into an edge, after a step (by one exit, or by a free one). */
export type Place =
  | { at: Point }
  | { onEdge: string; at?: Point }
  | { after: string; exit?: string; at?: Point }
  | { free: Point };

const drawnEdge = (edge: Edge) => toFlowEdge(edge) as StepEdge;
const alone = <T extends { selected?: boolean }>(members: T[]): T[] =>
  members.map((member) => (member.selected ? { ...member, selected: false } : member));

/** A new step of a type with the settings that the type begins with, selected. */
export function newStep(content: Content, type: string, position: Point, random: Random): StepNode {
  const definition = definitionOf(type);
  const ids = new Set(content.nodes.map((node) => node.id));
  const step = {
    id: createStepId(type, ids, random),
    type,
    name: uniqueName(
      definition?.label ?? type,
      content.nodes.map((node) => node.data.name),
    ),
    position,
    settings: (definition?.settings.parse({}) ?? {}) as Settings,
  };
  return { ...(toNode(step) as StepNode), selected: true };
}

/** Adds a step at its place and selects it. */
export function addStep(content: Content, type: string, place: Place, random: Random): Content {
  if ("onEdge" in place) return addOnEdge(content, type, place.onEdge, place.at, random);
  if ("after" in place) return addAfter(content, type, place, random);
  const point = "free" in place ? freePoint(content.nodes, place.free) : place.at;
  const node = newStep(content, type, point, random);
  return { ...content, nodes: [...alone(content.nodes), node], edges: alone(content.edges) };
}

const takesInput = (type: string) => {
  const definition = definitionOf(type);
  return definition?.annotation !== true;
};

function addOnEdge(content: Content, type: string, id: string, at: Point | undefined, random: Random): Content {
  const edge = content.edges.find((known) => known.id === id);
  const source = content.nodes.find((node) => node.id === edge?.source);
  const target = content.nodes.find((node) => node.id === edge?.target);
  if (!edge || !source || !target || !takesInput(type)) {
    return addStep(content, type, { free: at ?? { x: 0, y: 0 } }, random);
  }
  const nodes = makeRoom(content, source, target);
  const movedTarget = nodes.find((node) => node.id === target.id) ?? target;
  const node = newStep(content, type, at && nodes === content.nodes ? at : pointBetween(source, movedTarget), random);
  const [exit] = exitsOf(node.data);
  return {
    ...content,
    nodes: [...alone(nodes), node],
    edges: alone(content.edges).flatMap((known) =>
      known.id !== id
        ? [known]
        : [
            drawnEdge({ from: source.id, exit: edge.sourceHandle ?? "", to: node.id }),
            ...(exit === undefined ? [] : [drawnEdge({ from: node.id, exit, to: target.id })]),
          ],
    ),
  };
}

function addAfter(content: Content, type: string, place: { after: string; exit?: string; at?: Point }, random: Random) {
  const source = content.nodes.find((node) => node.id === place.after);
  if (!source) return addStep(content, type, { free: place.at ?? { x: 0, y: 0 } }, random);
  const exits = exitsOf(source.data);
  if (!takesInput(type) || exits.length === 0) {
    return addStep(content, type, { free: place.at ?? pointAfter(content.nodes, source) }, random);
  }
  const leaving = content.edges.filter((edge) => edge.source === source.id);
  const free = exits.find((exit) => !leaving.some((edge) => edge.sourceHandle === exit));
  const exit = place.exit ?? free ?? exits[0] ?? "";
  const taken = leaving.filter((edge) => edge.sourceHandle === exit);
  if (taken.length === 1 && taken[0] && place.at === undefined) {
    return addOnEdge(content, type, taken[0].id, undefined, random);
  }
  const point = place.at ?? pointAfter(content.nodes, source, exits.indexOf(exit));
  const node = newStep(content, type, point, random);
  return {
    ...content,
    nodes: [...alone(content.nodes), node],
    edges: [...alone(content.edges), drawnEdge({ from: source.id, exit, to: node.id })],
  };
}

/** Puts a step that has no edges yet into an edge. */
export function insertOnEdge(content: Content, stepId: string, id: string): Content {
  const node = content.nodes.find((known) => known.id === stepId);
  const edge = content.edges.find((known) => known.id === id);
  if (!node || !edge || !takesInput(node.data.type)) return content;
  const [exit] = exitsOf(node.data);
  return {
    ...content,
    edges: content.edges.flatMap((known) =>
      known !== edge
        ? [known]
        : [
            drawnEdge({ from: edge.source, exit: edge.sourceHandle ?? "", to: stepId }),
            ...(exit === undefined ? [] : [drawnEdge({ from: stepId, exit, to: edge.target })]),
          ],
    ),
  };
}

/** Draws an edge; the content stays as it is when the rules forbid it. */
export function connect(content: Content, connection: Connection, replaced?: string): Content {
  if (connectionProblem(content, connection, replaced)) return content;
  const edge = drawnEdge({
    from: connection.source,
    exit: connection.sourceHandle ?? "",
    to: connection.target,
  });
  if (replaced === undefined) return { ...content, edges: [...content.edges, edge] };
  return { ...content, edges: content.edges.map((known) => (known.id === replaced ? edge : known)) };
}

/**
 * Removes steps with their edges, and single edges. Where a removed step had one edge in and one out, the steps on
 * both sides are joined.
 */
export function remove(content: Content, stepIds: readonly string[], edgeIds: readonly string[] = []): Content {
  let edges = content.edges.filter((edge) => !edgeIds.includes(edge.id));
  for (const id of stepIds) {
    const [into, ...moreInto] = edges.filter((edge) => edge.target === id);
    const [out, ...moreOut] = edges.filter((edge) => edge.source === id);
    edges = edges.filter((edge) => edge.source !== id && edge.target !== id);
    if (!into || !out || moreInto.length > 0 || moreOut.length > 0) continue;
    const joined: Edge = { from: into.source, exit: into.sourceHandle ?? "", to: out.target };
    if (!edges.some((edge) => edge.id === edgeId(joined))) edges = [...edges, drawnEdge(joined)];
  }
  return { ...content, nodes: content.nodes.filter((node) => !stepIds.includes(node.id)), edges };
}

/** Changes a step; edges of exits that it no longer has go with them. */
export function updateStep(content: Content, stepId: string, changes: Partial<StepData>): Content {
  const node = content.nodes.find((known) => known.id === stepId);
  if (!node) return content;
  const data = { ...node.data, ...changes };
  const gone = exitsOf(node.data).filter((exit) => !exitsOf(data).includes(exit));
  return {
    ...content,
    nodes: content.nodes.map((known) => (known === node ? { ...node, data } : known)),
    edges:
      gone.length === 0
        ? content.edges
        : content.edges.filter((edge) => edge.source !== stepId || !gone.includes(edge.sourceHandle ?? "")),
  };
}

/** Moves steps by a distance in pixels. */
export function moveSteps(content: Content, stepIds: readonly string[], by: Point): Content {
  return {
    ...content,
    nodes: content.nodes.map((node) =>
      stepIds.includes(node.id)
        ? { ...node, position: { x: node.position.x + by.x, y: node.position.y + by.y } }
        : node,
    ),
  };
}

/** Another graph in place of the drawn one; steps that stay keep their measures and their selection. */
export function withGraph(content: Content, graph: Graph): Content {
  const drawn = new Map(content.nodes.map((node) => [node.id, node]));
  const { nodes, edges } = toFlow(graph);
  return {
    nodes: nodes.map((node) => ({ ...drawn.get(node.id), ...(node as StepNode) })),
    edges: edges as StepEdge[],
    variables: graph.variables,
  };
}
