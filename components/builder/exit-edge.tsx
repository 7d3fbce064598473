"use client";
import { BaseEdge, EdgeLabelRenderer, type EdgeProps, getSmoothStepPath } from "@xyflow/react";
import { Plus } from "lucide-react";
import { memo } from "react";
import { exitLabel } from "@/components/fields/step-icons";
import { cx } from "@/components/ui/cx";
import { useBuilder } from "./builder-context";
import type { StepEdge } from "./draft";
import { useStored } from "./store";

/** An edge with the name of its exit, and a button that puts a step into it. */
export const ExitEdge = memo(function ExitEdge(props: EdgeProps<StepEdge>) {
  const { id, source, target, sourceHandleId, selected } = props;
  const { ui, run, readOnly, shown } = useBuilder();
  const hovered = useStored(ui, (state) => state.hoverEdge === id);
  const dropped = useStored(ui, (state) => state.dropEdge === id);
  const taken = useStored(run, (drawn) =>
    drawn === null
      ? undefined
      : drawn.taken.has(`${source}/${sourceHandleId}`) && (drawn.byStep.has(target) || drawn.waiting.has(target)),
  );
  const [path, x, y] = getSmoothStepPath({ ...props, borderRadius: 10, offset: 24 });
  const exit = sourceHandleId ?? "";
  const label = exit === "next" || exit === "" ? undefined : exitLabel(exit);
  const insertable = !readOnly && (hovered || selected);

  const insert = (event: React.MouseEvent) => {
    const nameOf = (stepId: string) => shown.store.get().nodes.find((node) => node.id === stepId)?.data.name ?? "";
    const box = event.currentTarget.getBoundingClientRect();
    ui.set({
      ...ui.get(),
      hoverEdge: null,
      picker: {
        place: { onEdge: id },
        x: box.right,
        y: box.top,
        title: `Add between ${nameOf(source)} and ${nameOf(target)}`,
      },
    });
  };

  return (
    <>
      <BaseEdge
        id={id}
        path={path}
        markerEnd={props.markerEnd}
        interactionWidth={24}
        data-look={dropped ? "drop" : taken === undefined ? undefined : taken ? "taken" : "not-taken"}
      />
      {(label || insertable) && (
        <EdgeLabelRenderer>
          {/* biome-ignore lint/a11y/noStaticElementInteractions: the pointer only keeps in sight what the button is for */}
          <div
            className="nodrag nopan pointer-events-auto absolute flex items-center gap-1"
            style={{ transform: `translate(-50%, -50%) translate(${x}px, ${y}px)` }}
            onMouseEnter={() => ui.set({ ...ui.get(), hoverEdge: id })}
            onMouseLeave={() => ui.get().hoverEdge === id && ui.set({ ...ui.get(), hoverEdge: null })}
          >
            {label && (
              <span
                className={cx(
                  "rounded-sm border bg-canvas px-1 text-xs",
                  exit === "error" ? "border-failed-line text-failed-fg" : "text-muted",
                  taken && "border-ok-line font-medium text-ok-fg",
                )}
              >
                {label}
              </span>
            )}
            {insertable && (
              <button
                type="button"
                tabIndex={-1}
                aria-label="Add a step here"
                title="Add a step here"
                onClick={insert}
                className="grid size-6 animate-fade-in place-items-center rounded-full border border-accent bg-surface text-accent-fg hover:bg-accent hover:text-on-accent"
              >
                <Plus aria-hidden className="size-3.5" />
              </button>
            )}
          </div>
        </EdgeLabelRenderer>
      )}
    </>
  );
});
