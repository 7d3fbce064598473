"use client";

import { ChevronRight, CircleCheck, CircleSlash, CircleX, type LucideIcon } from "lucide-react";
import { useId, useState } from "react";
import { Badge } from "@/components/ui/badge";
import { cx } from "@/components/ui/cx";
import { Duration } from "@/components/ui/measures";
import type { TransactionView } from "@/lib/contracts/transactions";
import { formatBytes, formatDuration } from "@/lib/core/format";
import { definitionOf } from "@/lib/steps/definitions";
import { StepData } from "./step-data";

export type TransactionStep = TransactionView["steps"][number];

export type StepItemProps = {
  /** Undefined where it is not known how many came before. */
  number: number | undefined;
  step: TransactionStep;
  /** The request that began the transaction, for its first step. */
  receipt: TransactionView["receipt"];
};

const looks: Record<TransactionStep["outcome"], { icon: LucideIcon; word: string; className: string }> = {
  done: { icon: CircleCheck, word: "Done", className: "text-ok-fg" },
  failed: { icon: CircleX, word: "Failed", className: "text-failed-fg" },
  skipped: { icon: CircleSlash, word: "Skipped", className: "text-idle-fg" },
};

/** One step of a transaction as a line that opens its data. A failed one is open from the start. */
export function StepItem({ number, step, receipt }: StepItemProps) {
  const [open, setOpen] = useState(step.outcome === "failed");
  const id = useId();
  const { icon: Icon, word, className } = looks[step.outcome];
  const attempts = step.attempts?.length ?? 0;
  const note = noteOf(step, receipt);
  return (
    <li>
      <button
        type="button"
        aria-expanded={open}
        aria-controls={`${id}-data`}
        onClick={() => setOpen(!open)}
        className="focus-inset flex w-full flex-wrap items-center gap-x-3 gap-y-1 px-3 py-2 text-left hover:bg-subtle"
      >
        <span className="flex min-w-0 flex-[1_1_16rem] items-center gap-2">
          <ChevronRight
            aria-hidden
            className={cx("size-4 shrink-0 text-muted transition-transform", open && "rotate-90")}
          />
          <span className="w-6 shrink-0 text-right text-muted">{number}</span>
          <Icon aria-label={word} role="img" className={cx("size-4 shrink-0", className)} />
          <span title={step.stepName} className="min-w-0 truncate font-medium">
            {step.stepName}
          </span>
          <span className="shrink-0 text-sm text-muted">{definitionOf(step.stepType)?.label ?? step.stepType}</span>
        </span>
        <span className="ml-auto flex shrink-0 items-center gap-2">
          {step.visit > 1 && <Badge>visit {step.visit}</Badge>}
          {step.exit && step.exit !== "next" && <Badge title="The exit taken">{step.exit}</Badge>}
          {attempts > 1 && <Badge tone="waiting">{attempts} attempts</Badge>}
          <Duration ms={step.durationMs} />
        </span>
        <span title={note} className="min-w-0 flex-[1_1_100%] truncate pl-12 text-sm text-muted empty:hidden">
          {note}
        </span>
      </button>
      <div id={`${id}-data`} hidden={!open} className="border-t bg-canvas px-3 pb-3">
        {open && <StepData step={step} />}
      </div>
    </li>
  );
}

/** One line that says what happened: where the request came from, what the step did, why it failed, when it was tried. */
function noteOf(step: TransactionStep, receipt: StepItemProps["receipt"]): string {
  const notes: string[] = [];
  if (receipt) notes.push(`${receipt.method} from ${receipt.clientIp}`, formatBytes(receipt.sizeBytes));
  if (step.summary) notes.push(step.summary);
  if (step.error) notes.push(step.error.message);
  if (step.warning) notes.push(step.warning);
  const [first] = step.attempts ?? [];
  if (first && step.attempts && step.attempts.length > 1) {
    const begun = new Date(first.startedAt).getTime();
    const after = step.attempts.map(({ startedAt }) => `+${formatDuration(new Date(startedAt).getTime() - begun)}`);
    notes.push(`tried at ${after.join(", ")}`);
  }
  return notes.join(" · ");
}
