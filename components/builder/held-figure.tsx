"use client";
import { useQuery } from "@tanstack/react-query";
import { Hourglass } from "lucide-react";
import { useAccount } from "@/lib/client/account";
import { heldCountsQuery } from "@/lib/client/held";
import { formatCount } from "@/lib/core/format";
import { useBuilder } from "./builder-context";

/** How many transactions a mid-cycle webhook holds now, on the step. */
export function HeldFigure({ stepId }: { stepId: string }) {
  const { cycleId } = useBuilder();
  const { data: held } = useQuery({
    ...heldCountsQuery(useAccount(), cycleId),
    select: ({ steps }) => steps.find((step) => step.stepId === stepId),
  });
  if (!held) return null;
  return (
    <span className="flex items-center gap-1 text-xs text-waiting-fg">
      <Hourglass aria-hidden className="size-3" />
      {formatCount(held.count)}
      {held.more && " or more"} held
    </span>
  );
}
