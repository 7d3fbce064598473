"use client";
import { CircleCheck, CircleDashed, CircleX, Clock, type LucideIcon } from "lucide-react";
import { cx } from "@/components/ui/cx";
import { formatDuration } from "@/lib/core/format";
import type { RunRecord } from "./run-on-canvas";

export type RunLook = { kind: "done" | "failed" | "waiting" | "not-reached"; word: string; className: string };

/** How a step looks in a transaction that is drawn: what became of it, as a word and as classes. */
export function runLook(record: RunRecord | undefined, waits: boolean): RunLook {
  if (waits) return { kind: "waiting", word: "Waits", className: "border-waiting-line" };
  if (!record) return { kind: "not-reached", word: "Not reached", className: "border-dashed bg-subtle" };
  if (record.outcome === "failed") return { kind: "failed", word: "Failed", className: "border-failed-line border-2" };
  return { kind: "done", word: "Done", className: "border-ok-line" };
}

const icons: Record<RunLook["kind"], LucideIcon> = {
  done: CircleCheck,
  failed: CircleX,
  waiting: Clock,
  "not-reached": CircleDashed,
};

const colours: Record<RunLook["kind"], string> = {
  done: "text-ok-fg",
  failed: "text-failed-fg",
  waiting: "text-waiting-fg",
  "not-reached": "text-faint",
};

/** What became of a step in the transaction, and how long it took. */
export function RunMark({ record, waits }: { record: RunRecord | undefined; waits: boolean }) {
  const { kind, word } = runLook(record, waits);
  const Icon = icons[kind];
  return (
    <span title={word} className={cx("flex shrink-0 items-center gap-1 text-xs", colours[kind])}>
      {record && <span className="font-mono">{formatDuration(record.durationMs)}</span>}
      <Icon aria-hidden className="size-4" />
      <span className="sr-only">{word}</span>
    </span>
  );
}
