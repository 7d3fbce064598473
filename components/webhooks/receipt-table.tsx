"use client";

import Link from "next/link";
import type { ReactNode } from "react";
import { accountPages } from "@/components/frame/urls";
import { Checkbox } from "@/components/ui/checkbox";
import { type Column, DataTable } from "@/components/ui/data-table";
import { Identifier } from "@/components/ui/identifier";
import { ByteSize, Duration } from "@/components/ui/measures";
import { TimeAgo } from "@/components/ui/time-ago";
import type { ReceiptSummary } from "@/lib/contracts/webhooks";
import { Outcome } from "./outcome";

export type ReceiptTableProps = {
  /** Undefined while loading. */
  receipts: readonly ReceiptSummary[] | undefined;
  /** Left out: nothing came of them. */
  accountId?: string;
  onInspect: (receipt: ReceiptSummary) => void;
  /** Ids of those that are chosen; left out where none can be. */
  chosen?: ReadonlySet<string>;
  onChoose?: (receiptId: string, isChosen: boolean) => void;
  empty: ReactNode;
};

/** Requests with their answers; pressing one shows the whole of it. */
export function ReceiptTable({ receipts, accountId, onInspect, chosen, onChoose, empty }: ReceiptTableProps) {
  const columns: Column<ReceiptSummary>[] = [
    ...(chosen && onChoose ? [chooseColumn(chosen, onChoose)] : []),
    {
      key: "answer",
      header: "Answer",
      main: true,
      cell: (receipt) => (
        <button type="button" onClick={() => onInspect(receipt)} className="row-link max-w-full text-left">
          <Outcome receipt={receipt} />
        </button>
      ),
      below: ({ method, sizeBytes, durationMs }) => (
        // In a card this line stands for three of the columns.
        <span className="block text-sm text-muted @min-[48rem]:hidden">
          <span className="font-mono">{method}</span> · <ByteSize bytes={sizeBytes} />
          {durationMs !== null && (
            <>
              {" · "}
              <Duration ms={durationMs} />
            </>
          )}
        </span>
      ),
    },
    ...request,
    ...(accountId ? [transactionColumn(accountId)] : []),
  ];
  return (
    <DataTable
      label="Requests"
      columns={columns}
      rows={receipts}
      rowKey={({ id }) => id}
      empty={empty}
      cardAt="lg"
      loadingRows={4}
    />
  );
}

const transactionColumn = (accountId: string): Column<ReceiptSummary> => ({
  key: "transaction",
  header: "Transaction",
  width: "9rem",
  cell: ({ transactionId }) =>
    transactionId && (
      <Link
        href={`${accountPages(accountId).transactions}/${transactionId}`}
        className="relative z-1 text-accent-fg hover:underline"
      >
        <Identifier value={transactionId} what="transaction id" tail={8} plain />
      </Link>
    ),
});

const chooseColumn = (
  chosen: ReadonlySet<string>,
  onChoose: NonNullable<ReceiptTableProps["onChoose"]>,
): Column<ReceiptSummary> => ({
  key: "choose",
  header: "Choose",
  width: "3rem",
  actions: true,
  cell: ({ id }) => (
    <Checkbox
      aria-label={`Choose request ${id.slice(-8)}`}
      className="relative z-1"
      checked={chosen.has(id)}
      onCheckedChange={(isChosen) => onChoose(id, isChosen)}
    />
  ),
});

const request: Column<ReceiptSummary>[] = [
  { key: "received", header: "Received", width: "6.5rem", cell: ({ receivedAt }) => <TimeAgo date={receivedAt} /> },
  {
    key: "method",
    header: "Method",
    width: "5rem",
    wideOnly: true,
    cell: ({ method }) => <span className="font-mono">{method}</span>,
  },
  {
    key: "ip",
    header: "Caller",
    width: "9.5rem",
    cell: ({ clientIp }) => (
      <span title={clientIp} className="font-mono text-sm">
        {clientIp}
      </span>
    ),
  },
  {
    key: "size",
    header: "Size",
    wideOnly: true,
    width: "5.5rem",
    align: "end",
    cell: ({ sizeBytes }) => <ByteSize bytes={sizeBytes} />,
  },
  {
    key: "duration",
    header: "Took",
    wideOnly: true,
    width: "5.5rem",
    align: "end",
    cell: ({ durationMs }) =>
      durationMs === null ? <span className="text-faint">–</span> : <Duration ms={durationMs} />,
  },
];
