"use client";
import { useQuery } from "@tanstack/react-query";
import { useAccount } from "@/lib/client/account";
import { cycleQuery } from "@/lib/client/cycles";
import { formatCount } from "@/lib/core/format";
import { useBuilder } from "./builder-context";

/** Today's transactions of the cycle, on the step where they begin. */
export function StepFigures() {
  const { cycleId } = useBuilder();
  const { data: today } = useQuery({ ...cycleQuery(useAccount(), cycleId), select: (cycle) => cycle.today });
  if (!today || today.total === 0) return null;
  return (
    <span className="flex gap-2 text-xs text-muted">
      <span>{formatCount(today.total)} today</span>
      {today.failed > 0 && <span className="text-failed-fg">{formatCount(today.failed)} failed</span>}
    </span>
  );
}
