"use client";

import { Ban, CircleCheck, Ellipsis, KeyRound, Pencil } from "lucide-react";
import type { ReactNode } from "react";
import { Badge } from "@/components/ui/badge";
import { buttonClass } from "@/components/ui/button";
import { type Column, DataTable } from "@/components/ui/data-table";
import { Menu, MenuItem, MenuSeparator } from "@/components/ui/dropdown-menu";
import { TimeAgo } from "@/components/ui/time-ago";
import type { UserView } from "@/lib/contracts/accounts";
import { roleNames } from "./role-names";
import type { UserDialog } from "./user-dialogs";

export type UserTableProps = {
  /** Undefined while loading. */
  users: readonly UserView[] | undefined;
  onOpen: (dialog: UserDialog) => void;
  empty: ReactNode;
};

/** Users with their roles and accounts. */
export function UserTable({ users, onOpen, empty }: UserTableProps) {
  const columns: Column<UserView>[] = [
    {
      key: "name",
      header: "Name",
      main: true,
      cell: (user) => (
        <button
          type="button"
          title={user.name}
          onClick={() => onOpen({ kind: "edit", user })}
          className="row-link max-w-full truncate text-left"
        >
          {user.name}
        </button>
      ),
    },
    ...facts,
    {
      key: "menu",
      header: "Actions",
      actions: true,
      width: "3rem",
      align: "end",
      cell: (user) => <UserMenu user={user} onOpen={onOpen} />,
    },
  ];
  return <DataTable label="Users" columns={columns} rows={users} rowKey={({ id }) => id} empty={empty} cardAt="lg" />;
}

const facts: Column<UserView>[] = [
  { key: "email", header: "E-mail", width: "24%", cell: ({ email }) => <span title={email}>{email}</span> },
  { key: "role", header: "Role", width: "8rem", cell: ({ role }) => roleNames[role].label },
  { key: "accounts", header: "Accounts", width: "20%", cell: (user) => <UserAccounts user={user} /> },
  {
    key: "last",
    header: "Last sign-in",
    width: "7rem",
    cell: ({ lastSignInAt }) =>
      lastSignInAt ? <TimeAgo date={lastSignInAt} /> : <span className="text-faint">never</span>,
  },
  {
    key: "state",
    header: "State",
    width: "7rem",
    cell: ({ disabledAt }) =>
      disabledAt ? (
        <Badge icon={Ban} title="Cannot sign in">
          Disabled
        </Badge>
      ) : (
        <Badge tone="ok" icon={CircleCheck}>
          Active
        </Badge>
      ),
  },
];

function UserAccounts({ user: { role, accounts } }: { user: UserView }) {
  if (role === "partner-admin") return "All";
  if (accounts.length === 0) return <span className="text-faint">none</span>;
  const names = accounts.map(({ name }) => name).join(", ");
  return <span title={names}>{names}</span>;
}

function UserMenu({ user, onOpen }: { user: UserView; onOpen: (dialog: UserDialog) => void }) {
  return (
    <Menu
      label={`Actions for ${user.name}`}
      trigger={
        <button
          type="button"
          aria-label={`Actions for ${user.name}`}
          className={buttonClass("ghost", "none", "relative z-1 size-7")}
        >
          <Ellipsis aria-hidden className="size-4" />
        </button>
      }
    >
      <MenuItem icon={Pencil} onSelect={() => onOpen({ kind: "edit", user })}>
        Edit
      </MenuItem>
      <MenuItem icon={KeyRound} onSelect={() => onOpen({ kind: "password", user })}>
        Set password
      </MenuItem>
      <MenuSeparator />
      {user.disabledAt ? (
        <MenuItem icon={CircleCheck} onSelect={() => onOpen({ kind: "enable", user })}>
          Enable
        </MenuItem>
      ) : (
        <MenuItem icon={Ban} tone="danger" onSelect={() => onOpen({ kind: "disable", user })}>
          Disable
        </MenuItem>
      )}
    </Menu>
  );
}
