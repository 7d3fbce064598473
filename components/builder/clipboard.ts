import { z } from "zod";
import { toEdge, toFlowEdge, toNode, toStep } from "@/lib/core/flow";
import { Edge, Step } from "@/lib/core/graph";
import type { Content, StepEdge, StepNode } from "./draft";
import { type Point, snapped } from "./placement";
import { repointSettings } from "./repoint";
import { createStepId, type Random, uniqueName } from "./step-names";

/** Steps with the edges between them, as they travel through the clipboard: from cycle to cycle, from browser to browser. */
const Clip = z.object({
  spoke: z.literal("steps"),
  steps: z.array(Step).min(1).max(500),
  edges: z.array(Edge).max(2_000),
});
export type Clip = z.infer<typeof Clip>;

/** The steps with these ids and the edges that have both ends among them. */
export function copySteps(content: Content, ids: readonly string[]): Clip {
  return {
    spoke: "steps",
    steps: content.nodes.filter((node) => ids.includes(node.id)).map(toStep),
    edges: content.edges.filter((edge) => ids.includes(edge.source) && ids.includes(edge.target)).map(toEdge),
  };
}

/** Steps as text for the clipboard. */
export const writeClipboard = (clip: Clip): string => JSON.stringify(clip, null, 2);

/** Steps from the clipboard's text; undefined when the text is anything else. */
export function readClipboard(text: string): Clip | undefined {
  if (!text.includes('"spoke"')) return undefined;
  try {
    return Clip.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/**
 * Adds copied steps under new ids and names that are still free; what they read from each other they read from the
 * copies, what they read from other steps stays as it is.
 *
 * @param at the upper left corner of the copies; left out: a little below where they were
 */
export function pasteSteps(content: Content, clip: Clip, { at, random }: { at?: Point; random: Random }): Content {
  const taken = new Set(content.nodes.map((node) => node.id));
  const names = content.nodes.map((node) => node.data.name);
  const ids = new Map<string, string>();
  for (const step of clip.steps) {
    const id = createStepId(step.type, taken, random);
    taken.add(id);
    ids.set(step.id, id);
  }
  const corner = {
    x: Math.min(...clip.steps.map((step) => step.position.x)),
    y: Math.min(...clip.steps.map((step) => step.position.y)),
  };
  const by = at ? { x: at.x - corner.x, y: at.y - corner.y } : distanceToFreePlace(content, clip);
  const copies = clip.steps.map((step) => {
    const name = uniqueName(step.name, names);
    names.push(name);
    const copy: Step = {
      ...step,
      id: ids.get(step.id) ?? step.id,
      name,
      position: snapped({ x: step.position.x + by.x, y: step.position.y + by.y }),
      settings: repointSettings(step.type, step.settings, ids),
    };
    return { ...(toNode(copy) as StepNode), selected: true };
  });
  const edges = clip.edges.flatMap((edge) => {
    const [from, to] = [ids.get(edge.from), ids.get(edge.to)];
    return from === undefined || to === undefined ? [] : [toFlowEdge({ from, exit: edge.exit, to }) as StepEdge];
  });
  const alone = <T extends { selected?: boolean }>(members: T[]) =>
    members.map((member) => (member.selected ? { ...member, selected: false } : member));
  return { ...content, nodes: [...alone(content.nodes), ...copies], edges: [...alone(content.edges), ...edges] };
}

/** Down and to the right until no copy lies exactly on a step. */
function distanceToFreePlace(content: Content, clip: Clip): Point {
  const occupied = new Set(content.nodes.map(({ position }) => `${position.x} ${position.y}`));
  for (let step = 0; ; step++) {
    const by = { x: step * 40, y: step * 40 };
    const hit = clip.steps.some(({ position }) => occupied.has(`${position.x + by.x} ${position.y + by.y}`));
    if (!hit) return by;
  }
}
