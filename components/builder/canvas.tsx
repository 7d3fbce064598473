"use client";
import "@xyflow/react/dist/base.css";
import "./canvas.css";
import {
  Background,
  type Connection,
  type DefaultEdgeOptions,
  MarkerType,
  MiniMap,
  type OnConnectEnd,
  Panel,
  ReactFlow,
  SelectionMode,
  useNodesInitialized,
  useReactFlow,
} from "@xyflow/react";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { topologicalOrder } from "@/lib/core/graph";
import { useBuilder } from "./builder-context";
import { CanvasControls } from "./canvas-controls";
import { connectionEnded, edgeAt, useDropOfSteps } from "./canvas-drops";
import { ConnectionReason } from "./connection-reason";
import { connectionProblem } from "./connection-rules";
import { graphOf, type StepEdge, type StepNode, selectedId } from "./draft";
import { connect, insertOnEdge } from "./edits";
import { EmptyCanvas } from "./empty-canvas";
import { ExitEdge } from "./exit-edge";
import { GRID } from "./placement";
import { StepNodeView } from "./step-node";
import { useStored } from "./store";

const nodeTypes = { step: StepNodeView };
const edgeTypes = { exit: ExitEdge };
const edgeOptions: DefaultEdgeOptions = {
  markerEnd: {
    type: MarkerType.ArrowClosed,
    width: 16,
    height: 16,
    markerUnits: "userSpaceOnUse",
    color: "var(--color-edge)",
  },
};
const grid: [number, number] = [GRID, GRID];
/** From here on only what is in sight is drawn. */
const MANY_STEPS = 150;

/** The graph as it is drawn, moved and connected. */
export function Canvas() {
  const { shown, readOnly, ui, commands, view } = useBuilder();
  const nodes = useStored(shown.store, (state) => state.nodes);
  const edges = useStored(shown.store, (state) => state.edges);
  const flow = useReactFlow<StepNode, StepEdge>();
  const drop = useDropOfSteps();
  // A canvas that begins empty stays where it is when the first step comes.
  const [fitted, setFitted] = useState(() => shown.store.get().nodes.length === 0);

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
  const onSelect = useCallback(
    (_event: unknown, node: StepNode) => {
      if (ui.get().side) ui.set({ ...ui.get(), side: null });
      commands.revealBesidePanel(node.id);
    },
    [ui, commands],
  );

  return (
    <section
      aria-label="Canvas"
      className="relative h-full min-w-0 flex-1"
      data-view={view.kind}
      data-fitted={fitted}
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
        attributionPosition="top-right"
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
        {!fitted && <FitOnce onFitted={() => setFitted(true)} />}
        <KeepTabStop />
      </ReactFlow>
      {nodes.length === 0 && <EmptyCanvas />}
    </section>
  );
}

const multiSelectionKeys = ["Meta", "Control"];
const minimapStyle = { width: 144, height: 96, margin: 12 };
const minimapColour = (node: StepNode) => (node.selected ? "var(--color-accent)" : "var(--color-edge)");

/** Makes the first step the one that Tab reaches, as long as no other one is. */
function KeepTabStop() {
  const { shown, ui } = useBuilder();
  const count = useStored(shown.store, (state) => state.nodes.length);
  useEffect(() => {
    const content = shown.store.get();
    if (count === 0 || content.nodes.some((node) => node.id === ui.get().tabStop)) return;
    ui.set({ ...ui.get(), tabStop: topologicalOrder(graphOf(content))[0] ?? null });
  }, [count, shown, ui]);
  return null;
}

/** Shows all of the graph once it is drawn and measured, then near enough the step that the address names. */
function FitOnce({ onFitted }: { onFitted: () => void }) {
  const { commands, shown } = useBuilder();
  const measured = useNodesInitialized();
  const begun = useRef(false);
  useEffect(() => {
    if (!measured || begun.current) return;
    begun.current = true;
    void commands.fit(0).then(() => {
      const selected = selectedId(shown.store.get());
      if (selected !== undefined) commands.revealLegibly(selected);
      onFitted();
    });
  }, [measured, commands, shown, onFitted]);
  return null;
}
