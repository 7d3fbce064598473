"use client";

import { Clock } from "lucide-react";
import { TimeAgo, useNow } from "@/components/ui/time-ago";
import type { TransactionView } from "@/lib/contracts/transactions";
import { formatDuration } from "@/lib/core/format";
import { AttemptList } from "./attempt-list";

export type WaitItemProps = { number: number; wait: TransactionView["waits"][number] };

/** A step that goes on later: a delay that runs, or a call that is tried again. */
export function WaitItem({ number, wait }: WaitItemProps) {
  const now = useNow();
  const leftMs = new Date(wait.until).getTime() - now;
  return (
    <li className="px-3 py-2">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <span className="flex min-w-0 items-center gap-2 pl-6">
          <span className="w-6 shrink-0 text-right text-muted">{number}</span>
          <Clock aria-label="Waiting" role="img" className="size-4 shrink-0 text-waiting-fg" />
          <span className="min-w-0 truncate font-medium">{wait.stepName}</span>
        </span>
        <span>
          {wait.reason === "delay" ? "waits until" : "is tried again at"} <TimeAgo date={wait.until} absolute />
          {now > 0 && leftMs > 0 && <span className="text-muted"> · in {formatDuration(leftMs)}</span>}
        </span>
      </div>
      {wait.attempts && wait.attempts.length > 0 && (
        <div className="mt-2">
          <AttemptList attempts={wait.attempts} />
        </div>
      )}
    </li>
  );
}
