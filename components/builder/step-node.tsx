"use client";
import { Handle, type NodeProps, Position, useUpdateNodeInternals } from "@xyflow/react";
import { TriangleAlert } from "lucide-react";
import { memo, useEffect, useRef } from "react";
import { exitLabel, StepIcon } from "@/components/fields/step-icons";
import { cx } from "@/components/ui/cx";
import { definitionOf } from "@/lib/steps/definitions";
import { exitsOf } from "@/lib/steps/exits";
import { useBuilder } from "./builder-context";
import type { StepNode } from "./draft";
import { NoteView } from "./note-view";
import { RunMark, runLook } from "./run-mark";
import { StepFigures } from "./step-figures";
import { sameMembers, useStored } from "./store";
import { useStepSummary } from "./use-step-summary";

/** One step on the canvas, whatever its type. */
export const StepNodeView = memo(function StepNodeView({ id, data, selected, dragging }: NodeProps<StepNode>) {
  const definition = definitionOf(data.type);
  if (definition?.annotation) return <NoteView id={id} data={data} selected={selected} />;
  return <StepBox id={id} data={data} selected={selected} dragging={dragging} />;
});

type StepBoxProps = Pick<NodeProps<StepNode>, "id" | "data" | "selected" | "dragging">;

function StepBox({ id, data, selected, dragging }: StepBoxProps) {
  const { ui, problems, run, shown, readOnly, view } = useBuilder();
  const definition = definitionOf(data.type);
  const found = useStored(problems, (all) => all.byStep.get(id));
  const tabStop = useStored(ui, (state) => state.tabStop === id);
  const record = useStored(run, (shownRun) => shownRun?.byStep.get(id));
  const waits = useStored(run, (shownRun) => shownRun?.waiting.has(id) ?? false);
  const running = view.kind === "run";
  // An edge of an exit that the step no longer has stays visible, so that it can be removed.
  const used = useStored(shown.store, (state) => exitsUsed(state.edges).get(id) ?? none, sameMembers);
  const own = exitsOf(data);
  const exits = [...own, ...used.filter((exit) => !own.includes(exit))];
  const named = exits.length > 1 || exits.some((exit) => exit !== "next");
  const summary = useStepSummary(data);
  const errors = found?.filter((problem) => problem.severity === "error") ?? [];
  const look = running ? runLook(record, waits) : undefined;
  const updateInternals = useUpdateNodeInternals();
  const exitKey = exits.join("/");

  // React Flow measures the exits of a new step by itself; only later changes have to be told.
  const measuredExits = useRef(exitKey);
  useEffect(() => {
    if (measuredExits.current === exitKey) return;
    measuredExits.current = exitKey;
    updateInternals(id);
  }, [id, exitKey, updateInternals]);

  return (
    <div
      data-look={look?.kind}
      className={cx(
        "relative w-60 rounded-md border bg-surface transition-[border-color,box-shadow,opacity]",
        selected ? "border-accent shadow-[0_0_0_1px_var(--color-accent)]" : "border-edge hover:border-muted",
        dragging && "shadow-float",
        look?.className,
        errors.length > 0 && !running && !selected && "border-waiting-line",
      )}
    >
      {definition?.trigger !== true && (
        <Handle type="target" position={Position.Left} isConnectable={!readOnly} className="exit-handle" />
      )}
      <button
        type="button"
        data-step={id}
        aria-pressed={selected}
        aria-describedby={found && !running ? `problems-${id}` : undefined}
        tabIndex={tabStop ? 0 : -1}
        onFocus={() => ui.get().tabStop !== id && ui.set({ ...ui.get(), tabStop: id })}
        className="flex w-full cursor-[inherit]! flex-col gap-1.5 rounded-md p-2.5 text-left outline-offset-4"
      >
        <span className="flex w-full min-w-0 items-center gap-2.5">
          <StepIcon type={data.type} />
          <span className="min-w-0 flex-1">
            <span className="block truncate font-medium">{data.name}</span>
            <span className="block truncate text-xs text-muted">{definition?.label ?? data.type}</span>
          </span>
          {found && found.length > 0 && !running && (
            <span
              title={found.map((problem) => problem.message).join("\n")}
              className={cx("shrink-0", errors.length > 0 ? "text-waiting-fg" : "text-info-fg")}
            >
              <TriangleAlert aria-hidden className="size-4" />
              <span className="sr-only">{errors.length > 0 ? "Incomplete" : "Warning"}</span>
            </span>
          )}
          {running && <RunMark record={record} waits={waits} />}
        </span>
        {summary && <span className="line-clamp-2 w-full text-sm break-words text-muted">{summary}</span>}
        {!running && definition?.trigger && <StepFigures />}
      </button>
      {found && !running && (
        <span id={`problems-${id}`} hidden>
          {found.map((problem) => problem.message).join(" ")}
        </span>
      )}
      {named ? (
        <div className="flex flex-col pb-1.5">
          {exits.map((exit) => (
            <div key={exit} className="relative flex h-6 items-center justify-end pr-3 text-xs text-muted">
              <span className={cx(!own.includes(exit) && "text-failed-fg line-through")}>{exitLabel(exit)}</span>
              <ExitHandle exit={exit} connectable={!readOnly} />
            </div>
          ))}
        </div>
      ) : (
        exits.map((exit) => <ExitHandle key={exit} exit={exit} connectable={!readOnly} />)
      )}
    </div>
  );
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
