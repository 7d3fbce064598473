"use client";
import { useConnection } from "@xyflow/react";
import { useBuilder } from "./builder-context";
import { connectionProblem } from "./connection-rules";
import type { StepNode } from "./draft";

/** While an edge is drawn over a step that it can't lead to: why not, beside the pointer. */
export function ConnectionReason() {
  const { shown } = useBuilder();
  const over = useConnection<StepNode, { reason: string; x: number; y: number } | null>((connection) => {
    if (!connection.inProgress || !connection.toNode || connection.isValid) return null;
    const { fromHandle, fromNode, toNode, to } = connection;
    const [source, target] = fromHandle.type === "source" ? [fromNode, toNode] : [toNode, fromNode];
    const exit = fromHandle.type === "source" ? fromHandle.id : connection.toHandle?.id;
    const reason = connectionProblem(shown.store.get(), { source: source.id, sourceHandle: exit, target: target.id });
    return reason === undefined ? null : { reason, x: to.x, y: to.y };
  });
  if (!over) return null;
  return (
    <div role="status" className="pointer-events-none absolute bottom-4 left-1/2 z-10 -translate-x-1/2">
      <p className="max-w-100 rounded-md border border-failed-line bg-failed-bg px-3 py-1.5 text-sm text-failed-fg shadow-float">
        {over.reason}
      </p>
    </div>
  );
}
