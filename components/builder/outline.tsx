"use client";
import { TriangleAlert } from "lucide-react";
import { useMemo } from "react";
import { StepIcon } from "@/components/fields/step-icons";
import { cx } from "@/components/ui/cx";
import { topologicalOrder } from "@/lib/core/graph";
import { definitionOf } from "@/lib/steps/definitions";
import { useBuilder } from "./builder-context";
import { graphOf } from "./draft";
import { RunMark } from "./run-mark";
import { useStored } from "./store";

/** The steps as a list in the order in which they run, for narrow windows. */
export function Outline() {
  const { shown } = useBuilder();
  const nodes = useStored(shown.store, (state) => state.nodes);
  const edges = useStored(shown.store, (state) => state.edges);
  const order = useMemo(() => topologicalOrder(graphOf({ nodes, edges, variables: [] })), [nodes, edges]);
  return (
    <nav aria-label="Steps" className="max-h-1/2 shrink-0 overflow-y-auto border-t bg-surface scroll-thin">
      <ol className="divide-y">
        {order.map((stepId) => (
          <OutlineEntry key={stepId} stepId={stepId} />
        ))}
      </ol>
    </nav>
  );
}

function OutlineEntry({ stepId }: { stepId: string }) {
  const { shown, commands, problems, run, view } = useBuilder();
  const node = useStored(shown.store, (state) => state.nodes.find((known) => known.id === stepId));
  const incomplete = useStored(problems, (found) => found.byStep.has(stepId));
  const record = useStored(run, (drawn) => drawn?.byStep.get(stepId));
  const waits = useStored(run, (drawn) => drawn?.waiting.has(stepId) ?? false);
  if (!node) return null;
  return (
    <li>
      <button
        type="button"
        aria-current={node.selected ? "true" : undefined}
        onClick={() => commands.select(stepId, { focus: false })}
        className={cx(
          "focus-inset flex min-h-11 w-full items-center gap-2.5 px-3 py-1.5 text-left hover:bg-hover",
          node.selected && "bg-hover",
        )}
      >
        <StepIcon type={node.data.type} />
        <span className="min-w-0 flex-1">
          <span title={node.data.name} className="block truncate font-medium">
            {node.data.name}
          </span>
          <span className="block truncate text-xs text-muted">{definitionOf(node.data.type)?.label}</span>
        </span>
        {incomplete && <TriangleAlert aria-label="Incomplete" role="img" className="size-4 text-waiting-fg" />}
        {view.kind === "run" && <RunMark record={record} waits={waits} />}
      </button>
    </li>
  );
}
