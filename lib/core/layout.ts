import { graphlib, layout } from "@dagrejs/dagre";

export type LayoutBox = { id: string; width: number; height: number };
export type LayoutEdge = { source: string; target: string };

const GAP_BETWEEN_COLUMNS = 80;
const GAP_BETWEEN_ROWS = 40;
const GAP_BESIDE = 80;

/**
 * Positions, in pixels of the canvas, that put steps in columns from left to right along their edges (dagre).
 * Exits keep their order from top to bottom. Boxes without any edge keep their order below all others.
 *
 * @param edges in the order in which the exits are drawn
 * @param grid pixels that positions are rounded to
 */
export function layoutBoxes(
  boxes: readonly LayoutBox[],
  edges: readonly LayoutEdge[],
  grid: number,
): Map<string, { x: number; y: number }> {
  const connected = new Set(edges.flatMap((edge) => [edge.source, edge.target]));
  const flow = boxes.filter((box) => connected.has(box.id));
  const beside = boxes.filter((box) => !connected.has(box.id));
  const positions = layoutFlow(flow, edges);
  const bottom = Math.max(0, ...flow.map((box) => (positions.get(box.id)?.y ?? 0) + box.height));
  let x = 0;
  for (const box of beside) {
    positions.set(box.id, { x, y: flow.length > 0 ? bottom + GAP_BESIDE : 0 });
    x += box.width + GAP_BETWEEN_COLUMNS;
  }
  const snap = (value: number) => Math.round(value / grid) * grid;
  return new Map([...positions].map(([id, at]) => [id, { x: snap(at.x), y: snap(at.y) }]));
}

function layoutFlow(boxes: readonly LayoutBox[], edges: readonly LayoutEdge[]) {
  const graph = new graphlib.Graph();
  graph.setGraph({ rankdir: "LR", ranksep: GAP_BETWEEN_COLUMNS, nodesep: GAP_BETWEEN_ROWS, edgesep: 16 });
  graph.setDefaultEdgeLabel(() => ({}));
  const known = new Set(boxes.map((box) => box.id));
  for (const box of boxes) graph.setNode(box.id, { width: box.width, height: box.height });
  for (const edge of edges)
    if (known.has(edge.source) && known.has(edge.target)) graph.setEdge(edge.source, edge.target);
  layout(graph);
  return new Map(
    boxes.map((box) => {
      // dagre gives the middle of each box.
      const { x, y } = graph.node(box.id) as { x: number; y: number };
      return [box.id, { x: x - box.width / 2, y: y - box.height / 2 }];
    }),
  );
}
