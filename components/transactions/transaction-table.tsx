"use client";

import { Repeat2 } from "lucide-react";
import type { ReactNode } from "react";
import { accountPages } from "@/components/frame/urls";
import { Badge } from "@/components/ui/badge";
import { type Column, DataTable } from "@/components/ui/data-table";
import { Identifier } from "@/components/ui/identifier";
import { Duration } from "@/components/ui/measures";
import { TimeAgo } from "@/components/ui/time-ago";
import type { TransactionSummary } from "@/lib/contracts/transactions";
import { TransactionState } from "./transaction-state";

export type TransactionTableProps = {
  accountId: string;
  /** Undefined while loading. */
  transactions: readonly TransactionSummary[] | undefined;
  empty?: ReactNode;
};

/** Transactions, newest first; each row leads to its detail. */
export function TransactionTable({ accountId, transactions, empty }: TransactionTableProps) {
  return (
    <DataTable
      label="Transactions"
      columns={columns}
      rows={transactions}
      rowKey={({ id }) => id}
      rowHref={({ id }) => `${accountPages(accountId).transactions}/${id}`}
      empty={empty}
      cardAt="lg"
      loadingRows={10}
    />
  );
}

const columns: Column<TransactionSummary>[] = [
  {
    key: "state",
    header: "State",
    main: true,
    width: "14rem",
    cell: (transaction) => <TransactionState transaction={transaction} quiet />,
  },
  { key: "cycle", header: "Cycle", width: "24%", cell: ({ cycleName }) => <span title={cycleName}>{cycleName}</span> },
  {
    key: "error",
    header: "Notes",
    cell: (transaction) => <Notes transaction={transaction} />,
  },
  {
    key: "accepted",
    header: "Accepted",
    width: "7rem",
    align: "end",
    cell: ({ acceptedAt }) => <TimeAgo date={acceptedAt} />,
  },
  {
    key: "duration",
    header: "Duration",
    width: "6.5rem",
    align: "end",
    cell: ({ durationMs }) =>
      durationMs === null ? <span className="text-faint">–</span> : <Duration ms={durationMs} />,
  },
  {
    key: "id",
    header: "Id",
    width: "9.5rem",
    cell: ({ id }) => <Identifier value={id} what="transaction id" tail={8} />,
  },
];

function Notes({ transaction: { error, synchronous, replayOf } }: { transaction: TransactionSummary }) {
  if (!error && !synchronous && !replayOf) return null;
  return (
    <span className="flex min-w-0 items-center gap-1.5">
      {replayOf && <Badge icon={Repeat2}>Replay</Badge>}
      {synchronous && <Badge title="The caller waited for the answer">Synchronous</Badge>}
      {error && (
        <span title={error} className="min-w-0 truncate text-muted">
          {error}
        </span>
      )}
    </span>
  );
}
