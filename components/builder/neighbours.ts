import type { Content, StepNode } from "./draft";
import { sizeOf } from "./placement";

export type Direction = "left" | "right" | "up" | "down";

const middle = (node: StepNode) => {
  const { width, height } = sizeOf(node);
  return { x: node.position.x + width / 2, y: node.position.y + height / 2 };
};

/** The step that an arrow key leads to: along an edge to the left and right, else the nearest one on that side. */
export function neighbour(content: Content, stepId: string, direction: Direction): string | undefined {
  const node = content.nodes.find((known) => known.id === stepId);
  if (!node) return content.nodes[0]?.id;
  const linked = linkedTo(content, stepId, direction);
  const candidates = linked.length > 0 ? linked : onSide(content.nodes, node, direction);
  const from = middle(node);
  const across = direction === "left" || direction === "right" ? 2 : 1;
  const distance = (other: StepNode) => {
    const to = middle(other);
    return Math.abs(to.x - from.x) * (3 - across) + Math.abs(to.y - from.y) * across;
  };
  return candidates.toSorted((a, b) => distance(a) - distance(b))[0]?.id;
}

function linkedTo(content: Content, stepId: string, direction: Direction): StepNode[] {
  const ids =
    direction === "right"
      ? content.edges.filter((edge) => edge.source === stepId).map((edge) => edge.target)
      : direction === "left"
        ? content.edges.filter((edge) => edge.target === stepId).map((edge) => edge.source)
        : [];
  return content.nodes.filter((node) => ids.includes(node.id));
}

function onSide(nodes: readonly StepNode[], node: StepNode, direction: Direction): StepNode[] {
  const from = middle(node);
  return nodes.filter((other) => {
    if (other.id === node.id) return false;
    const to = middle(other);
    if (direction === "left") return to.x < from.x;
    if (direction === "right") return to.x > from.x;
    return direction === "up" ? to.y < from.y : to.y > from.y;
  });
}
