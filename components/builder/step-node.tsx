"use client";
import { Handle, type NodeProps, Position } from "@xyflow/react";
import { TriangleAlert } from "lucide-react";
import { memo } from "react";
import { StepIcon } from "@/components/fields/step-icons";
import { cx } from "@/components/ui/cx";
import type { CheckProblem } from "@/lib/contracts/cycles";
import { definitionOf } from "@/lib/steps/definitions";
import { useBuilder } from "./builder-context";
import { takesInput } from "./connection-rules";
import type { StepNode } from "./draft";
import { HeldFigure } from "./held-figure";
import { NoteView } from "./note-view";
import { RunMark, runLook } from "./run-mark";
import { StepExits } from "./step-exits";
import { StepFigures } from "./step-figures";
import { useStored } from "./store";
import { useStepSummary } from "./use-step-summary";

/** One step on the canvas, whatever its type. */
export const StepNodeView = memo(function StepNodeView({ id, data, selected, dragging }: NodeProps<StepNode>) {
  const definition = definitionOf(data.type);
  if (definition?.annotation) return <NoteView id={id} data={data} selected={selected} />;
  return <StepBox id={id} data={data} selected={selected} dragging={dragging} />;
});

type StepBoxProps = Pick<NodeProps<StepNode>, "id" | "data" | "selected" | "dragging">;

function StepBox({ id, data, selected, dragging }: StepBoxProps) {
  const { problems, run, readOnly, view, shown } = useBuilder();
  const found = useStored(problems, (all) => all.byStep.get(id));
  const record = useStored(run, (drawn) => drawn?.byStep.get(id));
  const waits = useStored(run, (drawn) => drawn?.waiting.has(id) ?? false);
  const look = view.kind === "run" ? runLook(record, waits) : undefined;
  const hasInput = useStored(shown.store, (state) => {
    const node = state.nodes.find((known) => known.id === id);
    return definitionOf(data.type)?.trigger !== true || (node !== undefined && takesInput(state, node));
  });
  const border = look?.className ?? (isIncomplete(found) ? "border-waiting-line" : "border-edge hover:border-muted");
  return (
    <div
      data-look={look?.kind}
      className={cx(
        "relative w-60 rounded-md border transition-[border-color,box-shadow]",
        look?.kind !== "not-reached" && "bg-surface",
        selected ? "border-accent shadow-[0_0_0_1px_var(--color-accent)]" : border,
        dragging && "shadow-float",
      )}
    >
      {hasInput && <Handle type="target" position={Position.Left} isConnectable={!readOnly} className="exit-handle" />}
      <StepButton id={id} data={data} selected={selected} problems={look ? undefined : found}>
        {look && <RunMark record={record} waits={waits} />}
      </StepButton>
      <StepExits stepId={id} data={data} />
    </div>
  );
}

const isIncomplete = (problems: readonly CheckProblem[] | undefined) =>
  problems?.some(({ severity }) => severity === "error") ?? false;

type StepButtonProps = Pick<StepBoxProps, "id" | "data" | "selected"> & {
  problems: readonly CheckProblem[] | undefined;
  /** What became of the step in the transaction on the canvas. */
  children: React.ReactNode;
};

/** What a step is and does, as a button that the keyboard reaches. */
function StepButton({ id, data, selected, problems, children }: StepButtonProps) {
  const { ui, view, shown } = useBuilder();
  const midCycle = useStored(shown.store, (state) => state.edges.some((edge) => edge.target === id));
  const definition = definitionOf(data.type);
  const tabStop = useStored(ui, (state) => state.tabStop === id);
  const summary = useStepSummary(data);
  return (
    <>
      <button
        type="button"
        data-step={id}
        aria-pressed={selected}
        aria-describedby={problems ? `problems-${id}` : undefined}
        tabIndex={tabStop ? 0 : -1}
        onFocus={() => ui.get().tabStop !== id && ui.set({ ...ui.get(), tabStop: id })}
        className="flex w-full cursor-[inherit]! flex-col gap-1.5 rounded-md p-2.5 text-left outline-offset-4"
      >
        <span className="flex w-full min-w-0 items-center gap-2.5">
          <StepIcon type={data.type} />
          <span className="min-w-0 flex-1">
            <span title={data.name} className="block truncate font-medium">
              {data.name}
            </span>
            <span className="block truncate text-xs text-muted">{definition?.label ?? data.type}</span>
          </span>
          {problems && <ProblemMark problems={problems} />}
          {children}
        </span>
        {summary && (
          <span title={summary} className="line-clamp-2 w-full text-sm break-words text-muted">
            {summary}
          </span>
        )}
        {view.kind !== "run" && definition?.trigger && (midCycle ? <HeldFigure stepId={id} /> : <StepFigures />)}
      </button>
      {problems && (
        <span id={`problems-${id}`} hidden>
          {problems.map((problem) => problem.message).join(" ")}
        </span>
      )}
    </>
  );
}

function ProblemMark({ problems }: { problems: readonly CheckProblem[] }) {
  const incomplete = isIncomplete(problems);
  return (
    <span
      title={problems.map((problem) => problem.message).join("\n")}
      className={cx("shrink-0", incomplete ? "text-waiting-fg" : "text-info-fg")}
    >
      <TriangleAlert aria-hidden className="size-4" />
      <span className="sr-only">{incomplete ? "Incomplete" : "Warning"}</span>
    </span>
  );
}
