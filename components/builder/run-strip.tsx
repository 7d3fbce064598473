"use client";
import { ChevronLeft, ChevronRight, ExternalLink } from "lucide-react";
import { accountPages } from "@/components/frame/urls";
import { TransactionState } from "@/components/transactions/transaction-state";
import { Button } from "@/components/ui/button";
import { IconButton } from "@/components/ui/icon-button";
import { LinkButton } from "@/components/ui/link-button";
import { Duration } from "@/components/ui/measures";
import { TimeAgo } from "@/components/ui/time-ago";
import { useAccount } from "@/lib/client/account";
import { formatDuration } from "@/lib/core/format";
import { useBuilder } from "./builder-context";
import { runOnCanvas } from "./run-on-canvas";
import { useStored } from "./store";

/** Above the canvas while a transaction is on it: how it went, a slider through its steps, and the way back. */
export function RunStrip() {
  const { run, setView, commands } = useBuilder();
  const { accountId } = useAccount();
  const drawn = useStored(run, (now) => now);
  const back = (
    <Button size="sm" variant="primary" onClick={() => setView({ kind: "draft" })}>
      Back to draft
    </Button>
  );
  if (!drawn) return <div className="flex shrink-0 justify-end border-b bg-info-bg px-3 py-1.5">{back}</div>;

  const { transaction, records, upTo } = drawn;
  const current = records[upTo - 1];
  const go = (count: number) => {
    const next = Math.min(records.length, Math.max(1, count));
    run.set(runOnCanvas(transaction, next));
    const record = records[next - 1];
    if (record) commands.select(record.stepId, { focus: false });
  };
  const offsetMs = current ? Date.parse(current.startedAt) - Date.parse(transaction.acceptedAt) : 0;
  return (
    <section
      aria-label="Transaction on the canvas"
      className="flex shrink-0 flex-wrap items-center gap-x-4 gap-y-1 border-b bg-info-bg px-3 py-1.5"
    >
      <div className="flex items-center gap-2">
        <TransactionState transaction={transaction} />
        <span className="text-sm text-muted">v{transaction.versionNumber}</span>
        <TimeAgo date={transaction.acceptedAt} className="text-sm text-muted" />
        {transaction.durationMs !== null && <Duration ms={transaction.durationMs} />}
      </div>
      {records.length > 0 && (
        <div className="flex min-w-60 flex-1 items-center gap-1.5">
          <IconButton
            icon={ChevronLeft}
            label="Earlier step"
            size="sm"
            disabled={upTo <= 1}
            onClick={() => go(upTo - 1)}
          />
          <input
            type="range"
            aria-label="Step of the transaction"
            aria-valuetext={current ? `${current.stepName}, ${upTo} of ${records.length}` : undefined}
            min={1}
            max={records.length}
            value={upTo}
            onChange={(event) => go(Number(event.target.value))}
            className="h-6 max-w-80 min-w-24 flex-1 accent-accent"
          />
          <IconButton
            icon={ChevronRight}
            label="Later step"
            size="sm"
            disabled={upTo >= records.length}
            onClick={() => go(upTo + 1)}
          />
          {current && (
            <span title={current.stepName} className="min-w-0 truncate text-sm">
              {upTo} of {records.length} · {current.stepName}{" "}
              <span className="text-muted">at +{formatDuration(Math.max(0, offsetMs))}</span>
            </span>
          )}
        </div>
      )}
      <div className="flex items-center gap-2">
        <LinkButton
          size="sm"
          icon={ExternalLink}
          href={`${accountPages(accountId ?? "").transactions}/${transaction.id}`}
        >
          Details
        </LinkButton>
        {back}
      </div>
    </section>
  );
}
