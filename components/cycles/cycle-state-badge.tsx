"use client";

import { StatusBadge } from "@/components/ui/status-badge";
import { useNow } from "@/components/ui/time-ago";
import type { CycleSummary } from "@/lib/contracts/cycles";
import { formatDuration, formatRelative } from "@/lib/core/format";

export type CycleStateBadgeProps = {
  cycle: Pick<CycleSummary, "state" | "stoppedAt">;
  /** Without background, for rows. */
  quiet?: boolean;
};

/** A cycle's state, with how long ago it stopped. */
export function CycleStateBadge({ cycle: { state, stoppedAt }, quiet }: CycleStateBadgeProps) {
  const now = useNow();
  if (state === "running-once") {
    return (
      <StatusBadge status="running" quiet={quiet} title="Stops by itself after the next request has ended">
        Running once
      </StatusBadge>
    );
  }
  if (state === "stopped" && stoppedAt && now > 0) {
    return (
      <StatusBadge status="stopped" quiet={quiet}>
        {`Stopped ${formatRelative(new Date(stoppedAt), new Date(now))}`}
      </StatusBadge>
    );
  }
  return <StatusBadge status={state} quiet={quiet} />;
}

/** " · 14 queued · discards in 20 h 51 min", to stand behind the state; nothing when nothing is queued. */
export function QueuedNote({ cycle: { queued, discardsAt } }: { cycle: Pick<CycleSummary, "queued" | "discardsAt"> }) {
  const now = useNow();
  if (queued === 0) return null;
  const leftMs = discardsAt && now > 0 ? new Date(discardsAt).getTime() - now : undefined;
  return (
    <span className="text-muted">
      {" · "}
      {queued.toLocaleString("en")} queued
      {leftMs !== undefined && (
        <span className="text-waiting-fg"> · discards in {formatDuration(Math.max(0, leftMs))}</span>
      )}
    </span>
  );
}
