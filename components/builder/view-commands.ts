import type { ReactFlowInstance } from "@xyflow/react";
import type { Draft, StepEdge, StepNode } from "./draft";
import { sizeOf } from "./placement";

/** Milliseconds that the view takes to move; none for who wants no motion. */
export const animated = () => (matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 160);

const MARGIN = 48;
const LEGIBLE_ZOOM = 0.75;

/** How far something has to move to lie inside a length with a margin: not at all when it does. */
function shift(start: number, size: number, length: number): number {
  if (size + 2 * MARGIN > length) return length / 2 - (start + size / 2);
  if (start < MARGIN / 4) return MARGIN - start;
  return start + size > length - MARGIN / 4 ? length - MARGIN - size - start : 0;
}

/** What moves the view and the focus, and never the graph. */
export function createViewCommands(shown: Draft, flow: ReactFlowInstance<StepNode, StepEdge>) {
  /** Moves the view just as far as a step needs to be in sight. */
  const reveal = (stepId: string) => {
    const node = shown.store.get().nodes.find((known) => known.id === stepId);
    const pane = document.querySelector(".react-flow")?.getBoundingClientRect();
    if (!node || !pane) return;
    const { x, y, zoom } = flow.getViewport();
    const { width, height } = sizeOf(node);
    const byX = shift(node.position.x * zoom + x, width * zoom, pane.width);
    const byY = shift(node.position.y * zoom + y, height * zoom, pane.height);
    if (byX !== 0 || byY !== 0) void flow.setViewport({ x: x + byX, y: y + byY, zoom }, { duration: animated() });
  };

  /** Gives a step the focus, as soon as it is drawn. */
  const focus = (stepId: string, tries = 20) => {
    requestAnimationFrame(() => {
      const button = document.querySelector<HTMLElement>(`[data-step="${CSS.escape(stepId)}"]`);
      button?.focus({ preventScroll: true });
      // A step just added is hidden until it has been measured, and what is hidden takes no focus.
      if (document.activeElement !== button && tries > 0) focus(stepId, tries - 1);
    });
  };

  /** Shows a step, and near enough to be read. */
  const revealLegibly = (stepId: string) => {
    const node = shown.store.get().nodes.find((known) => known.id === stepId);
    if (!node || flow.getZoom() >= LEGIBLE_ZOOM) return reveal(stepId);
    const { width, height } = sizeOf(node);
    void flow.setCenter(node.position.x + width / 2, node.position.y + height / 2, { zoom: LEGIBLE_ZOOM });
  };

  return {
    reveal,
    revealLegibly,
    focus,
    /** Shows a step whose selection opens the panel: that makes the canvas narrower, so the place is looked at after it. */
    revealBesidePanel: (stepId: string) => requestAnimationFrame(() => requestAnimationFrame(() => reveal(stepId))),
  };
}
