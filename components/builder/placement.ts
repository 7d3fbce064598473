import type { Content, StepNode } from "./draft";

export type Point = { x: number; y: number };

/** Pixels of the canvas that steps snap to. */
export const GRID = 8;
export const STEP_WIDTH = 240;
const STEP_HEIGHT = 88;
const GAP_X = 80;
const GAP_Y = 32;

const snap = (value: number) => Math.round(value / GRID) * GRID;

/** The nearest point on the grid. */
export const snapped = ({ x, y }: Point): Point => ({ x: snap(x), y: snap(y) });

/** Width and height of a step: as drawn, or about as it will be. */
export function sizeOf(node: StepNode): { width: number; height: number } {
  return { width: node.measured?.width ?? STEP_WIDTH, height: node.measured?.height ?? STEP_HEIGHT };
}

/** The point nearest below `wanted` where a new step covers no other one. */
export function freePoint(nodes: readonly StepNode[], wanted: Point): Point {
  const point = snapped(wanted);
  for (;;) {
    const hit = nodes.find((node) => {
      const { width, height } = sizeOf(node);
      return (
        point.x < node.position.x + width + GRID &&
        point.x + STEP_WIDTH + GRID > node.position.x &&
        point.y < node.position.y + height + GRID &&
        point.y + STEP_HEIGHT + GRID > node.position.y
      );
    });
    if (!hit) return point;
    point.y = snap(hit.position.y + sizeOf(hit).height + GAP_Y);
  }
}

/** Where a step stands that comes after another one: in the next column, lower for each exit further down. */
export function pointAfter(nodes: readonly StepNode[], node: StepNode, exitIndex = 0): Point {
  const { width } = sizeOf(node);
  return freePoint(nodes, {
    x: node.position.x + width + GAP_X,
    y: node.position.y + exitIndex * (STEP_HEIGHT + GAP_Y),
  });
}

/** Moves the target of an edge, and all that follows it, to the right until a step fits in between. */
export function makeRoom(content: Content, source: StepNode, target: StepNode): StepNode[] {
  const needed = source.position.x + sizeOf(source).width + GAP_X + STEP_WIDTH + GAP_X;
  const missing = snap(needed - target.position.x);
  if (missing <= 0) return content.nodes;
  const following = new Set([target.id]);
  const open = [target.id];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    for (const edge of content.edges) {
      if (edge.source !== id || following.has(edge.target)) continue;
      following.add(edge.target);
      open.push(edge.target);
    }
  }
  return content.nodes.map((node) =>
    following.has(node.id) ? { ...node, position: { x: node.position.x + missing, y: node.position.y } } : node,
  );
}

/** Where a step between two others stands. */
export function pointBetween(source: StepNode, target: StepNode): Point {
  const left = source.position.x + sizeOf(source).width;
  const middle = left + (target.position.x - left) / 2;
  return snapped({ x: middle - STEP_WIDTH / 2, y: (source.position.y + target.position.y) / 2 });
}
