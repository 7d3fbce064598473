"use client";

import { Clock } from "lucide-react";
import { TimeAgo, useNow } from "@/components/ui/time-ago";
import type { TransactionView } from "@/lib/contracts/transactions";
import { formatDuration } from "@/lib/core/format";
import { isJsonObject } from "@/lib/core/json";
import { AttemptList } from "./attempt-list";

export type WaitItemProps = {
  /** Undefined where it is not known how many came before. */
  number: number | undefined;
  wait: TransactionView["waits"][number];
};

/** Characters of a value that are shown. */
const LONGEST_VALUE = 400;

const words = { delay: "waits until", retry: "is tried again at", hold: "times out" };

/** A step that goes on later: a delay that runs, a call that is tried again, a webhook that waits for its request. */
export function WaitItem({ number, wait }: WaitItemProps) {
  const now = useNow();
  const leftMs = wait.until === null ? 0 : new Date(wait.until).getTime() - now;
  return (
    <li className="px-3 py-2">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <span className="flex min-w-0 items-center gap-2 pl-6">
          <span className="w-6 shrink-0 text-right text-muted">{number}</span>
          <Clock aria-label="Waiting" role="img" className="size-4 shrink-0 text-waiting-fg" />
          <span title={wait.stepName} className="min-w-0 truncate font-medium">
            {wait.stepName}
          </span>
        </span>
        <span className="min-w-0 wrap-anywhere">
          {wait.reason === "hold" && <>waits for a request with {waitedFor(wait.input)}</>}
          {wait.reason === "hold" && wait.until !== null && ", "}
          {wait.until !== null && (
            <>
              {words[wait.reason]} <TimeAgo date={wait.until} absolute />
            </>
          )}
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

/** What requests have to carry, as a hold's input says it. */
function waitedFor(input: TransactionView["waits"][number]["input"]): string {
  const value = isJsonObject(input) ? input.value : undefined;
  if (typeof value !== "string") return "no value, so none matches";
  return `“${value.length > LONGEST_VALUE ? `${value.slice(0, LONGEST_VALUE)}…` : value}”`;
}
