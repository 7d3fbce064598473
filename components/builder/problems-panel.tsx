"use client";
import { CircleCheck, CircleX, TriangleAlert } from "lucide-react";
import { EmptyState } from "@/components/ui/empty-state";
import { useBuilder } from "./builder-context";
import { useStored } from "./store";

/** All that keeps the draft from starting, and what is worth knowing; a click leads to the step and its field. */
export function ProblemsPanel() {
  const { problems, commands } = useBuilder();
  const all = useStored(problems, (found) => found.all);
  if (all.length === 0) {
    return (
      <EmptyState as="h3" icon={CircleCheck} title="Nothing is missing">
        The draft can be published and started.
      </EmptyState>
    );
  }
  const errors = all.filter(({ severity }) => severity === "error").length;
  return (
    <div className="flex flex-col gap-3">
      <p className="text-muted">
        {errors === 0 ? "Nothing is missing. Worth knowing:" : `${errors} to complete before this can start.`}
      </p>
      <ul className="divide-y rounded-md border">
        {all.map((problem) => (
          <li key={`${problem.stepId} ${problem.field} ${problem.message}`}>
            <button
              type="button"
              disabled={problem.stepId === null}
              onClick={() => problem.stepId !== null && commands.showProblem(problem.stepId, problem.field)}
              className="focus-inset flex w-full gap-2 px-3 py-2 text-left enabled:hover:bg-hover"
            >
              {problem.severity === "error" ? (
                <CircleX aria-label="To complete" role="img" className="mt-0.5 size-4 shrink-0 text-failed-fg" />
              ) : (
                <TriangleAlert
                  aria-label="Worth knowing"
                  role="img"
                  className="mt-0.5 size-4 shrink-0 text-waiting-fg"
                />
              )}
              <span className="min-w-0 break-words">
                {problem.stepName && <span className="block font-medium">{problem.stepName}</span>}
                {problem.message}
              </span>
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}
