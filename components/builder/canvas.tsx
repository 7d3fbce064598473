"use client";
import "@xyflow/react/dist/base.css";
import "./canvas.css";
import {
  Background,
  type Connection,
  type DefaultEdgeOptions,
  type FinalConnectionState,
  MarkerType,
  MiniMap,
  type OnConnectEnd,
  Panel,
  ReactFlow,
  SelectionMode,
  useReactFlow,
} from "@xyflow/react";
import { type DragEvent, useCallback, useMemo } from "react";
import { useBuilder } from "./builder-context";
import { CanvasControls } from "./canvas-controls";
import { ConnectionReason } from "./connection-reason";
import { connectionProblem } from "./connection-rules";
import type { StepEdge, StepNode } from "./draft";
import { connect, insertOnEdge } from "./edits";
import { EmptyCanvas } from "./empty-canvas";
import { ExitEdge } from "./exit-edge";
import { GRID, STEP_WIDTH, snapped } from "./placement";
import { StepNodeView } from "./step-node";
import { useStored } from "./store";

/** What a step type is dragged from the palette as. */
export const DRAGGED_TYPE = "application/x-spoke-step";

const nodeTypes = { step: StepNodeView };
const edgeTypes = { exit: ExitEdge };
const edgeOptions: DefaultEdgeOptions = { markerEnd: { type: MarkerType.ArrowClosed, width: 16, height: 16 } };
const grid: [number, number] = [GRID, GRID];
/** From here on only what is in sight is drawn. */
const MANY_STEPS = 150;

/** The edge at a point of the window. */
function edgeAt(x: number, y: number): string | null {
  const edge = document.elementsFromPoint(x, y).find((element) => element.closest(".react-flow__edge"));
  return edge?.closest(".react-flow__edge")?.getAttribute("data-id") ?? null;
}

/** The graph as it is drawn, moved and connected. */
export function Canvas() {
  const { shown, readOnly, ui, commands, view } = useBuilder();
  const nodes = useStored(shown.store, (state) => state.nodes);
  const edges = useStored(shown.store, (state) => state.edges);
  const flow = useReactFlow<StepNode, StepEdge>();
  const drop = useDropOfSteps();

  const isValid = useCallback(
    (connection: Connection | StepEdge) =>
      !connectionProblem(shown.store.get(), connection, "id" in connection ? connection.id : undefined),
    [shown],
  );
  const onConnect = useCallback(
    (connection: Connection) => commands.edit("Connect", (content) => connect(content, connection)),
    [commands],
  );
  const onReconnect = useCallback(
    (edge: StepEdge, connection: Connection) => {
      commands.edit("Reconnect", (content) => connect(content, connection, edge.id));
    },
    [commands],
  );
  const onConnectEnd = useCallback<OnConnectEnd>(
    (event, connection) => connectionEnded(event, connection, { shown, commands, flow, ui }),
    [shown, commands, flow, ui],
  );
  const onNodeDragStop = useCallback(
    (_event: unknown, node: StepNode) => {
      const edge = ui.get().dropEdge;
      ui.set({ ...ui.get(), dropEdge: null });
      shown.endDrag(`Move ${node.data.name}`);
      if (edge !== null) commands.edit(`Insert ${node.data.name}`, (content) => insertOnEdge(content, node.id, edge));
    },
    [shown, commands, ui],
  );
  const onNodeDrag = useCallback(
    (event: MouseEvent | TouchEvent | React.MouseEvent, node: StepNode) => {
      if (!("clientX" in event)) return;
      const linked = shown.store.get().edges.some((edge) => edge.source === node.id || edge.target === node.id);
      const dropEdge = linked ? null : edgeAt(event.clientX, event.clientY);
      if (dropEdge !== ui.get().dropEdge) ui.set({ ...ui.get(), dropEdge });
    },
    [shown, ui],
  );
  const hover = useMemo(
    () => ({
      enter: (_event: unknown, edge: StepEdge) => ui.set({ ...ui.get(), hoverEdge: edge.id }),
      leave: () => ui.set({ ...ui.get(), hoverEdge: null }),
    }),
    [ui],
  );
  const onSelect = useCallback(() => ui.get().side && ui.set({ ...ui.get(), side: null }), [ui]);

  return (
    <section
      aria-label="Canvas"
      className="relative h-full min-w-0 flex-1"
      data-view={view.kind}
      onDragOver={readOnly ? undefined : drop.onDragOver}
      onDragLeave={readOnly ? undefined : drop.onDragLeave}
      onDrop={readOnly ? undefined : drop.onDrop}
    >
      <ReactFlow<StepNode, StepEdge>
        nodes={nodes}
        edges={edges}
        nodeTypes={nodeTypes}
        edgeTypes={edgeTypes}
        defaultEdgeOptions={edgeOptions}
        onNodesChange={shown.onNodesChange}
        onEdgesChange={shown.onEdgesChange}
        onConnect={onConnect}
        onConnectEnd={onConnectEnd}
        isValidConnection={isValid}
        onReconnect={onReconnect}
        onNodeClick={onSelect}
        onNodeDragStart={shown.beginDrag}
        onNodeDrag={onNodeDrag}
        onNodeDragStop={onNodeDragStop}
        onSelectionDragStart={shown.beginDrag}
        onSelectionDragStop={() => shown.endDrag("Move steps")}
        onEdgeMouseEnter={hover.enter}
        onEdgeMouseLeave={hover.leave}
        nodesDraggable={!readOnly}
        nodesConnectable={!readOnly}
        edgesReconnectable={!readOnly}
        nodesFocusable={false}
        edgesFocusable={false}
        disableKeyboardA11y
        deleteKeyCode={null}
        selectionKeyCode="Shift"
        multiSelectionKeyCode={multiSelectionKeys}
        selectionMode={SelectionMode.Partial}
        panOnScroll
        zoomOnDoubleClick={false}
        snapToGrid
        snapGrid={grid}
        minZoom={0.1}
        maxZoom={1.75}
        connectionRadius={28}
        reconnectRadius={14}
        onlyRenderVisibleElements={nodes.length > MANY_STEPS}
        elevateNodesOnSelect
        fitView
        fitViewOptions={fitViewOptions}
        proOptions={proOptions}
        aria-label="Steps"
      >
        <Background gap={GRID * 3} size={1.25} />
        {nodes.length > 0 && (
          <MiniMap
            pannable
            zoomable
            ariaLabel="Map of the cycle"
            className="max-md:hidden!"
            style={minimapStyle}
            nodeBorderRadius={24}
            nodeColor={minimapColour}
          />
        )}
        <Panel position="bottom-left" className="m-3!">
          <CanvasControls />
        </Panel>
        <ConnectionReason />
      </ReactFlow>
      {nodes.length === 0 && <EmptyCanvas />}
    </section>
  );
}

const multiSelectionKeys = ["Meta", "Control"];
const fitViewOptions = { padding: 0.15, maxZoom: 1 };
const proOptions = { hideAttribution: true };
const minimapStyle = { width: 144, height: 96, margin: 12 };
const minimapColour = (node: StepNode) => (node.selected ? "var(--color-accent)" : "var(--color-edge)");

type EndOfConnection = Pick<ReturnType<typeof useBuilder>, "shown" | "commands" | "ui"> & {
  flow: ReturnType<typeof useReactFlow<StepNode, StepEdge>>;
};

/** An edge let go: over a step that refuses it the reason is said, over the empty canvas a step is offered. */
function connectionEnded(
  event: MouseEvent | TouchEvent,
  { fromNode, fromHandle, toNode, toHandle, isValid }: FinalConnectionState,
  { shown, commands, ui, flow }: EndOfConnection,
) {
  if (isValid || !fromNode || !fromHandle) return;
  if (toNode) {
    const forward = fromHandle.type === "source";
    const [source, target] = forward ? [fromNode.id, toNode.id] : [toNode.id, fromNode.id];
    const exit = forward ? fromHandle.id : toHandle?.id;
    const reason = connectionProblem(shown.store.get(), { source, sourceHandle: exit, target });
    if (reason) commands.refuse(reason);
    return;
  }
  if (fromHandle.type !== "source") return;
  const point = "changedTouches" in event ? event.changedTouches[0] : event;
  if (!point) return;
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
function useDropOfSteps() {
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
