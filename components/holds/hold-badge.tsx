"use client";

import { CirclePause } from "lucide-react";
import { Badge } from "@/components/ui/badge";
import { type HoldTarget, isOwnHold, useHoldsOn, useHoldsWithin } from "@/lib/client/holds";
import { heldThing } from "./hold-name";

/** That a target is on hold, itself (and how many wait then), with what it belongs to or in part, for a line of a list; nothing when it is not. */
export function HoldBadge({ target }: { target: HoldTarget }) {
  const hold = useHoldsOn(target).at(-1);
  const parts = useHoldsWithin(target);
  if (hold)
    return (
      <Badge
        tone="waiting"
        icon={CirclePause}
        title={`${heldThing(hold)} is on hold: requests are accepted, and none begins`}
      >
        {hold.draining ? "Draining" : "On hold"}
        {isOwnHold(hold, target) && `, ${hold.held.toLocaleString("en")} held`}
      </Badge>
    );
  if (parts.length === 0) return null;
  return (
    <Badge tone="waiting" icon={CirclePause} title={parts.map((part) => `${heldThing(part)} is on hold`).join("\n")}>
      Partly on hold
    </Badge>
  );
}
