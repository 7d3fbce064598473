"use client";

import type { ReactNode } from "react";
import { accountPages } from "@/components/frame/urls";
import { CancelButton } from "@/components/transactions/cancel-button";
import { type Column, DataTable } from "@/components/ui/data-table";
import { Identifier } from "@/components/ui/identifier";
import { TimeAgo } from "@/components/ui/time-ago";
import { useMayChange } from "@/lib/client/me";
import type { HeldTransaction } from "@/lib/contracts/held";
import { ContinueButton } from "./continue-button";

export type HeldTableProps = {
  accountId: string;
  stepId: string;
  /** Undefined while loading. */
  held: readonly HeldTransaction[] | undefined;
  empty: ReactNode;
};

/** Held transactions, newest first; each row leads to its detail. */
export function HeldTable({ accountId, stepId, held, empty }: HeldTableProps) {
  const mayChange = useMayChange();
  const acts: Column<HeldTransaction>[] = [
    {
      key: "acts",
      header: "Actions",
      width: "14rem",
      align: "end",
      actions: true,
      cell: ({ transactionId }) => (
        <span className="relative z-1 flex justify-end gap-2">
          <ContinueButton transactionId={transactionId} stepId={stepId} size="sm" />
          <CancelButton transactionId={transactionId} size="sm" />
        </span>
      ),
    },
  ];
  return (
    <DataTable
      label="Held transactions"
      columns={mayChange ? [...columns, ...acts] : columns}
      rows={held}
      rowKey={({ transactionId }) => transactionId}
      rowHref={({ transactionId }) => `${accountPages(accountId).transactions}/${transactionId}`}
      empty={empty}
      cardAt="lg"
      loadingRows={10}
    />
  );
}

const columns: Column<HeldTransaction>[] = [
  {
    key: "value",
    header: "Waits for",
    main: true,
    cell: ({ value }) =>
      value === null ? (
        <span className="text-muted" title="The mapped property is missing, null, blank, an object or a list">
          no value, so no request matches
        </span>
      ) : (
        <code title={value} className="font-mono text-sm break-all @max-[48rem]:line-clamp-3">
          {value}
        </code>
      ),
  },
  { key: "since", header: "Since", width: "8rem", cell: ({ since }) => <TimeAgo date={since} /> },
  {
    key: "until",
    header: "Times out",
    width: "8rem",
    cell: ({ until }) => (until === null ? <span className="text-faint">never</span> : <TimeAgo date={until} />),
  },
  {
    key: "id",
    header: "Transaction",
    width: "9.5rem",
    cell: ({ transactionId }) => <Identifier value={transactionId} what="transaction id" tail={8} />,
  },
];
