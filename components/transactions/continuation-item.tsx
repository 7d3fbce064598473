"use client";

import { StepForward } from "lucide-react";
import { Badge } from "@/components/ui/badge";
import { Identifier } from "@/components/ui/identifier";
import { TimeAgo } from "@/components/ui/time-ago";
import type { ContinuationView } from "@/lib/contracts/held";

const words: Record<ContinuationView["source"], string> = {
  request: "by a request",
  hand: "by hand",
  timeout: "as its time was over",
};

/** Where a transaction went on from a mid-cycle webhook; what the steps after it did follows. Nothing without one. */
export function ContinuationItem({ continuation }: { continuation: ContinuationView | undefined }) {
  if (!continuation) return null;
  const { number, stepName, source, state, at, receiptId } = continuation;
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-1 bg-subtle px-3 py-2 text-sm">
      <span className="flex items-center gap-2 font-medium">
        <StepForward aria-hidden className="size-4 text-muted" />
        Continuation {number}
      </span>
      <span className="text-muted">
        from {stepName} {words[source]}, <TimeAgo date={at} />
      </span>
      {receiptId && <Identifier value={receiptId} what="request id" tail={8} className="text-muted" />}
      {state === "queued" && <Badge tone="waiting">Queued</Badge>}
      {state === "discarded" && <Badge>Discarded</Badge>}
    </li>
  );
}
