"use client";

import { Pencil } from "lucide-react";
import { type ReactNode, useState } from "react";
import { accountPages } from "@/components/frame/urls";
import { HoldBadge } from "@/components/holds/hold-badge";
import { Button } from "@/components/ui/button";
import { type Column, DataTable } from "@/components/ui/data-table";
import { LoadMore } from "@/components/ui/load-more";
import type { AccountView } from "@/lib/contracts/accounts";
import { CycleCounts, TodayCounts } from "./account-counts";

/** A partner may have thousands of accounts; more than these are drawn when asked for. */
const ROWS_AT_ONCE = 100;

export type AccountTableProps = {
  /** Undefined while loading. */
  accounts: readonly AccountView[] | undefined;
  /** Offers to change an account; left out where accounts are only entered. */
  onEdit?: (account: AccountView) => void;
  empty?: ReactNode;
};

/** Accounts with their cycles' states and today's transactions; each row enters the account. */
export function AccountTable({ accounts, onEdit, empty }: AccountTableProps) {
  const [shown, setShown] = useState(ROWS_AT_ONCE);
  const columns = onEdit ? [...counts, parallel, editColumn(onEdit)] : counts;
  const rows = accounts?.slice(0, shown);
  return (
    <div>
      <DataTable
        label="Accounts"
        columns={columns}
        rows={rows}
        rowKey={({ id }) => id}
        rowHref={({ id }) => accountPages(id).cycles}
        empty={empty}
      />
      {accounts && accounts.length > ROWS_AT_ONCE && (
        <LoadMore
          shown={rows?.length ?? 0}
          total={accounts.length}
          noun="accounts"
          hasMore={shown < accounts.length}
          onLoadMore={() => setShown(shown + ROWS_AT_ONCE)}
        />
      )}
    </div>
  );
}

const counts: Column<AccountView>[] = [
  {
    key: "name",
    header: "Account",
    main: true,
    cell: ({ name }) => (
      <span title={name} className="block truncate @max-[40rem]:whitespace-normal">
        {name}
      </span>
    ),
    // Beside a long name it would be cut off.
    below: ({ id }) => (
      <span className="flex empty:hidden">
        <HoldBadge target={{ accountId: id, cycleId: null, stepId: null }} />
      </span>
    ),
  },
  {
    key: "cycles",
    header: "Cycles",
    width: "18rem",
    cell: ({ cycles }) => <CycleCounts cycles={cycles} />,
  },
  { key: "today", header: "Transactions today", width: "11rem", cell: (account) => <TodayCounts account={account} /> },
];

const parallel: Column<AccountView> = {
  key: "parallel",
  header: "Parallel limit",
  width: "7rem",
  align: "end",
  cell: ({ parallelLimit }) => parallelLimit.toLocaleString("en"),
};

const editColumn = (onEdit: (account: AccountView) => void): Column<AccountView> => ({
  key: "edit",
  header: "Actions",
  actions: true,
  align: "end",
  width: "6rem",
  cell: (account) => (
    <Button
      size="sm"
      variant="ghost"
      icon={Pencil}
      aria-label={`Edit ${account.name}`}
      className="relative z-1"
      onClick={() => onEdit(account)}
    >
      Edit
    </Button>
  ),
});
