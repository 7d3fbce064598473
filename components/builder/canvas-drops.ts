import { type FinalConnectionState, useReactFlow } from "@xyflow/react";
import { type DragEvent, useMemo } from "react";
import { useBuilder } from "./builder-context";
import { connectionProblem } from "./connection-rules";
import type { StepEdge, StepNode } from "./draft";
import { connect } from "./edits";
import { STEP_WIDTH, snapped } from "./placement";

/** What a step type is dragged from the palette as. */
export const DRAGGED_TYPE = "application/x-spoke-step";

/** The edge at a point of the window. */
export function edgeAt(x: number, y: number): string | null {
  const edge = document.elementsFromPoint(x, y).find((element) => element.closest(".react-flow__edge"));
  return edge?.closest(".react-flow__edge")?.getAttribute("data-id") ?? null;
}

/** The step at a point of the window, also where it has no handle. */
function stepAt(x: number, y: number): string | undefined {
  const node = document.elementsFromPoint(x, y).find((element) => element.closest(".react-flow__node"));
  return node?.closest(".react-flow__node")?.getAttribute("data-id") ?? undefined;
}

type EndOfConnection = Pick<ReturnType<typeof useBuilder>, "shown" | "commands" | "ui"> & {
  flow: ReturnType<typeof useReactFlow<StepNode, StepEdge>>;
};

/** An edge let go: over a step it is drawn, or the reason why not is said; over the empty canvas a step is offered. */
export function connectionEnded(
  event: MouseEvent | TouchEvent,
  { fromNode, fromHandle, toNode, toHandle, isValid }: FinalConnectionState,
  { shown, commands, ui, flow }: EndOfConnection,
) {
  if (isValid || !fromNode || !fromHandle) return;
  const forward = fromHandle.type === "source";
  const point = "changedTouches" in event ? event.changedTouches[0] : event;
  const over = toNode?.id ?? (point && stepAt(point.clientX, point.clientY));
  if (over !== undefined) {
    const [source, target] = forward ? [fromNode.id, over] : [over, fromNode.id];
    const connection = { source, sourceHandle: forward ? fromHandle.id : toHandle?.id, target };
    const reason = connectionProblem(shown.store.get(), connection);
    if (reason) commands.refuse(reason);
    else if (forward) commands.edit("Connect", (content) => connect(content, connection));
    return;
  }
  if (!forward || !point) return;
  const at = flow.screenToFlowPosition({ x: point.clientX, y: point.clientY });
  ui.set({
    ...ui.get(),
    picker: {
      place: { after: fromNode.id, exit: fromHandle.id ?? undefined, at: snapped({ x: at.x, y: at.y - 44 }) },
      x: point.clientX,
      y: point.clientY,
      title: "Add a step here",
    },
  });
}

/** Takes step types that are dragged here from the palette: onto the canvas, or into an edge. */
export function useDropOfSteps() {
  const { ui, commands } = useBuilder();
  const flow = useReactFlow<StepNode, StepEdge>();
  return useMemo(() => {
    const aim = (dropEdge: string | null) => dropEdge !== ui.get().dropEdge && ui.set({ ...ui.get(), dropEdge });
    return {
      onDragOver: (event: DragEvent) => {
        if (!event.dataTransfer.types.includes(DRAGGED_TYPE)) return;
        event.preventDefault();
        event.dataTransfer.dropEffect = "copy";
        aim(edgeAt(event.clientX, event.clientY));
      },
      onDragLeave: () => aim(null),
      onDrop: (event: DragEvent) => {
        const type = event.dataTransfer.getData(DRAGGED_TYPE);
        if (!type) return;
        event.preventDefault();
        const pointer = flow.screenToFlowPosition({ x: event.clientX, y: event.clientY });
        const at = snapped({ x: pointer.x - STEP_WIDTH / 2, y: pointer.y - 28 });
        const edge = edgeAt(event.clientX, event.clientY);
        aim(null);
        commands.add(type, edge === null ? { at } : { onEdge: edge, at });
      },
    };
  }, [ui, commands, flow]);
}
