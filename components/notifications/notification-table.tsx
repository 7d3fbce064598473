"use client";

import type { ReactNode } from "react";
import { type Column, DataTable } from "@/components/ui/data-table";
import { TimeAgo } from "@/components/ui/time-ago";
import type { NotificationView } from "@/lib/contracts/alarms";
import { kindLabels, NotificationStatus } from "./notification-status";

export type NotificationTableProps = {
  /** Undefined while loading. */
  notifications: readonly NotificationView[] | undefined;
  onInspect: (notification: NotificationView) => void;
  empty: ReactNode;
};

/** Notifications, newest first; pressing one shows each attempt to send it. */
export function NotificationTable({ notifications, onInspect, empty }: NotificationTableProps) {
  const columns: Column<NotificationView>[] = [
    {
      key: "subject",
      header: "What",
      main: true,
      cell: (notification) => (
        <button
          type="button"
          onClick={() => onInspect(notification)}
          // It ends with the step: what is cut off would be what it is about.
          className="row-link block max-w-full py-1.5 text-left whitespace-normal wrap-anywhere"
        >
          {notification.subject}
        </button>
      ),
    },
    ...facts,
  ];
  return (
    <DataTable
      label="Notifications"
      columns={columns}
      rows={notifications}
      rowKey={({ id }) => id}
      empty={empty}
      cardAt="lg"
    />
  );
}

const facts: Column<NotificationView>[] = [
  { key: "kind", header: "Kind", width: "5.5rem", cell: ({ kind }) => kindLabels[kind] },
  {
    key: "to",
    header: "To",
    width: "22%",
    cell: ({ address }) => (
      <span title={address} className="block truncate">
        {address}
      </span>
    ),
  },
  { key: "status", header: "State", width: "8rem", cell: ({ status }) => <NotificationStatus status={status} /> },
  { key: "attempts", header: "Attempts", width: "5.5rem", align: "end", cell: ({ attempts }) => attempts.length },
  {
    key: "created",
    header: "Created",
    width: "6.5rem",
    align: "end",
    cell: ({ createdAt }) => <TimeAgo date={createdAt} />,
  },
];
