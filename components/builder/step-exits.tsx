"use client";
import { Handle, Position, useUpdateNodeInternals } from "@xyflow/react";
import { useEffect, useRef } from "react";
import { exitLabel } from "@/components/fields/step-icons";
import { cx } from "@/components/ui/cx";
import type { StepData } from "@/lib/core/flow";
import { exitsOf } from "@/lib/steps/exits";
import { useBuilder } from "./builder-context";
import { sameMembers, useStored } from "./store";

/** The handles that edges leave a step by; with names where there is more than one way out. */
export function StepExits({ stepId, data }: { stepId: string; data: StepData }) {
  const { readOnly, shown } = useBuilder();
  const own = exitsOf(data);
  // An edge of an exit that the step no longer has stays visible, so that it can be removed.
  const used = useStored(shown.store, (state) => exitsUsed(state.edges).get(stepId) ?? none, sameMembers);
  const exits = [...own, ...used.filter((exit) => !own.includes(exit))];
  const named = exits.length > 1 || exits.some((exit) => exit !== "next");
  useMeasuredExits(stepId, exits.join("/"));

  if (!named) return exits.map((exit) => <ExitHandle key={exit} exit={exit} connectable={!readOnly} />);
  return (
    <div className="flex flex-col pb-1.5">
      {exits.map((exit) => (
        <div key={exit} className="relative flex h-6 items-center justify-end pr-3 text-xs text-muted">
          <span className={cx(!own.includes(exit) && "text-failed-fg line-through")}>{exitLabel(exit)}</span>
          <ExitHandle exit={exit} connectable={!readOnly} />
        </div>
      ))}
    </div>
  );
}

/** Tells React Flow when a step's exits change. It measures those of a new step by itself. */
function useMeasuredExits(stepId: string, exits: string) {
  const updateInternals = useUpdateNodeInternals();
  const measured = useRef(exits);
  useEffect(() => {
    if (measured.current === exits) return;
    measured.current = exits;
    updateInternals(stepId);
  }, [stepId, exits, updateInternals]);
}

function ExitHandle({ exit, connectable }: { exit: string; connectable: boolean }) {
  return (
    <Handle
      id={exit}
      type="source"
      position={Position.Right}
      isConnectable={connectable}
      title={connectable ? `Drag to the step that ${exitLabel(exit)} leads to` : undefined}
      className="exit-handle"
    />
  );
}

const none: readonly string[] = [];
type EdgeLike = { source: string; sourceHandle?: string | null };
const usedByEdges = new WeakMap<readonly EdgeLike[], Map<string, string[]>>();

/** Exits that have an edge, by step; worked out once for each list of edges. */
function exitsUsed(edges: readonly EdgeLike[]): Map<string, string[]> {
  const known = usedByEdges.get(edges);
  if (known) return known;
  const used = new Map<string, string[]>();
  for (const edge of edges) {
    const exits = used.get(edge.source) ?? [];
    const exit = edge.sourceHandle ?? "";
    if (!exits.includes(exit)) used.set(edge.source, [...exits, exit]);
  }
  usedByEdges.set(edges, used);
  return used;
}
