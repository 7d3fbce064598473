"use client";

import { TriangleAlert } from "lucide-react";
import { useState } from "react";
import { accountPages } from "@/components/frame/urls";
import { HoldBadge } from "@/components/holds/hold-badge";
import { type Column, DataTable } from "@/components/ui/data-table";
import { LoadMore } from "@/components/ui/load-more";
import { Duration } from "@/components/ui/measures";
import { TimeAgo } from "@/components/ui/time-ago";
import type { CycleSummary } from "@/lib/contracts/cycles";
import { type CycleCommand, CycleMenu } from "./cycle-menu";
import { CycleStateBadge, QueuedNote } from "./cycle-state-badge";

/** Rows drawn at once: all cycles of almost every account, and never so many that typing gets slow. */
const ROWS_AT_ONCE = 100;

export type CycleTableProps = {
  accountId: string;
  /** Undefined while loading. */
  cycles: readonly CycleSummary[] | undefined;
  onCommand: (command: CycleCommand, cycle: CycleSummary) => void;
};

/** The account's cycles: how each stands and what it did today. */
export function CycleTable({ accountId, cycles, onCommand }: CycleTableProps) {
  const [shown, setShown] = useState(ROWS_AT_ONCE);
  const rows = cycles?.slice(0, shown);
  const columns: Column<CycleSummary>[] = [
    nameColumn,
    {
      key: "state",
      header: "State",
      width: "23.5rem",
      cell: (cycle) => (
        <span className="flex flex-wrap items-center gap-x-2 gap-y-1">
          <span>
            <CycleStateBadge cycle={cycle} quiet />
            <QueuedNote cycle={cycle} />
          </span>
          <HoldBadge target={{ accountId, cycleId: cycle.id, stepId: null }} />
        </span>
      ),
    },
    ...measures,
    {
      key: "menu",
      header: "Actions",
      actions: true,
      width: "3rem",
      align: "end",
      cell: (cycle) => <CycleMenu cycle={cycle} accountId={accountId} onCommand={onCommand} />,
    },
  ];
  return (
    <div>
      <DataTable
        label="Cycles"
        columns={columns}
        rows={rows}
        rowKey={({ id }) => id}
        rowHref={({ id }) => `${accountPages(accountId).cycles}/${id}`}
        cardAt="lg"
      />
      {cycles && cycles.length > ROWS_AT_ONCE && (
        <LoadMore
          shown={rows?.length ?? 0}
          total={cycles.length}
          noun="cycles"
          hasMore={shown < cycles.length}
          onLoadMore={() => setShown(shown + ROWS_AT_ONCE)}
        />
      )}
    </div>
  );
}

const nameColumn: Column<CycleSummary> = {
  key: "name",
  header: "Name",
  main: true,
  cell: ({ name }) => <span title={name}>{name}</span>,
};

const measures: Column<CycleSummary>[] = [
  {
    key: "today",
    header: "Today",
    align: "end",
    width: "4rem",
    cell: ({ today }) => today.total.toLocaleString("en"),
  },
  {
    key: "failed",
    header: "Failed",
    align: "end",
    width: "4rem",
    cell: ({ today }) => <Failed count={today.failed} />,
  },
  {
    key: "p95",
    header: "p95",
    align: "end",
    width: "5rem",
    cell: ({ today }) => (today.p95Ms === null ? <None /> : <Duration ms={today.p95Ms} />),
  },
  {
    key: "last",
    header: "Last",
    align: "end",
    width: "6.25rem",
    cell: ({ lastTransactionAt }) => (lastTransactionAt ? <TimeAgo date={lastTransactionAt} /> : <None />),
  },
];

function Failed({ count }: { count: number }) {
  if (count === 0) return <span className="text-muted">0</span>;
  return (
    <span className="inline-flex items-center gap-1 text-failed-fg">
      <TriangleAlert aria-hidden className="size-3.5" />
      {count.toLocaleString("en")}
    </span>
  );
}

function None() {
  return <span className="text-faint">–</span>;
}
