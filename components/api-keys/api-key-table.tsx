"use client";

import { Ban, CircleCheck } from "lucide-react";
import type { ReactNode } from "react";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { type Column, DataTable } from "@/components/ui/data-table";
import { TimeAgo } from "@/components/ui/time-ago";
import { roleNames } from "@/components/users/role-names";
import type { ApiKeyView } from "@/lib/contracts/accounts";

export type ApiKeyTableProps = {
  /** Undefined while loading. */
  apiKeys: readonly ApiKeyView[] | undefined;
  onRevoke: (apiKey: ApiKeyView) => void;
  empty: ReactNode;
};

/** API keys by their first characters, with what they may do and when they were used last. */
export function ApiKeyTable({ apiKeys, onRevoke, empty }: ApiKeyTableProps) {
  const columns: Column<ApiKeyView>[] = [
    ...facts,
    {
      key: "revoke",
      header: "Actions",
      actions: true,
      width: "6rem",
      align: "end",
      cell: (apiKey) =>
        apiKey.revokedAt ? null : (
          <Button
            size="sm"
            variant="ghost"
            aria-label={`Revoke ${apiKey.name}`}
            className="text-failed-fg"
            onClick={() => onRevoke(apiKey)}
          >
            Revoke
          </Button>
        ),
    },
  ];
  return (
    <DataTable label="API keys" columns={columns} rows={apiKeys} rowKey={({ id }) => id} empty={empty} cardAt="lg" />
  );
}

const facts: Column<ApiKeyView>[] = [
  { key: "name", header: "Name", main: true, cell: ({ name }) => <span title={name}>{name}</span> },
  {
    key: "prefix",
    header: "Begins with",
    width: "8rem",
    cell: ({ prefix }) => <span className="font-mono text-sm">{prefix}…</span>,
  },
  { key: "role", header: "Role", width: "7.5rem", cell: ({ role }) => roleNames[role].label },
  {
    key: "account",
    header: "Account",
    width: "16%",
    cell: ({ account }) => (account ? <span title={account.name}>{account.name}</span> : "All accounts"),
  },
  { key: "created", header: "Created", width: "6rem", cell: ({ createdAt }) => <TimeAgo date={createdAt} /> },
  {
    key: "used",
    header: "Last used",
    width: "6rem",
    cell: ({ lastUsedAt }) => (lastUsedAt ? <TimeAgo date={lastUsedAt} /> : <span className="text-faint">never</span>),
  },
  {
    key: "state",
    header: "State",
    width: "6.5rem",
    cell: ({ revokedAt }) =>
      revokedAt ? (
        <Badge icon={Ban}>Revoked</Badge>
      ) : (
        <Badge tone="ok" icon={CircleCheck}>
          Active
        </Badge>
      ),
  },
];
