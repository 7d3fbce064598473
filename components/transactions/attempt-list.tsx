import { CircleCheck, CircleX } from "lucide-react";
import { Duration } from "@/components/ui/measures";
import { TimeAgo } from "@/components/ui/time-ago";
import type { Attempt } from "@/lib/core/transaction";

/** The tries of a step that called outside: when, how long, and why each failed. */
export function AttemptList({ attempts }: { attempts: readonly Attempt[] }) {
  return (
    <ol className="divide-y rounded-md border bg-surface">
      {attempts.map((attempt, index) => (
        <li key={attempt.startedAt} className="flex flex-wrap items-center gap-x-3 gap-y-1 px-3 py-2">
          <span className="text-muted">{index + 1}</span>
          {attempt.error === undefined ? (
            <CircleCheck aria-label="Done" role="img" className="size-4 shrink-0 text-ok-fg" />
          ) : (
            <CircleX aria-label="Failed" role="img" className="size-4 shrink-0 text-failed-fg" />
          )}
          <TimeAgo date={attempt.startedAt} absolute className="text-sm" />
          <Duration ms={attempt.durationMs} />
          {attempt.error && <span className="min-w-0 basis-full pl-5 break-words text-muted">{attempt.error}</span>}
        </li>
      ))}
    </ol>
  );
}
