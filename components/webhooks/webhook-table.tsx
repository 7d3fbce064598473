"use client";

import { ArrowUpRight, Trash2 } from "lucide-react";
import Link from "next/link";
import type { ReactNode } from "react";
import { AlarmBadges } from "@/components/alarms/alarm-badges";
import { CycleStateBadge } from "@/components/cycles/cycle-state-badge";
import { HoldBadge } from "@/components/holds/hold-badge";
import { Badge } from "@/components/ui/badge";
import { type Column, DataTable } from "@/components/ui/data-table";
import { Identifier } from "@/components/ui/identifier";
import { TimeAgo } from "@/components/ui/time-ago";
import type { WebhookView } from "@/lib/contracts/webhooks";
import { AnswerCounts } from "./outcome";
import { ownerOf, placeOf } from "./webhook-place";

export type WebhookTableProps = {
  /** Undefined while loading. */
  webhooks: readonly WebhookView[] | undefined;
  empty: ReactNode;
};

/** Webhooks of all accounts: where each belongs, how it stands, what it answered. Each row leads to its requests. */
export function WebhookTable({ webhooks, empty }: WebhookTableProps) {
  return (
    <DataTable
      label="Webhooks"
      columns={columns}
      rows={webhooks}
      rowKey={({ id }) => id}
      rowHref={({ id }) => `/partner/webhooks/${id}`}
      empty={empty}
      cardAt="lg"
    />
  );
}

const columns: Column<WebhookView>[] = [
  {
    key: "place",
    header: "Webhook",
    main: true,
    below: ({ identifier }) => <Identifier value={identifier} what="identifier" tail={4} className="text-muted" />,
    cell: (webhook) => <WebhookPlace webhook={webhook} />,
  },
  {
    key: "state",
    header: "State",
    width: "9.5rem",
    cell: (webhook) => <WebhookState webhook={webhook} />,
    below: marksOf,
  },
  { key: "created", header: "Created", width: "6rem", cell: ({ createdAt }) => <TimeAgo date={createdAt} /> },
  {
    key: "last",
    header: "Last request",
    width: "7rem",
    cell: ({ lastRequestAt }) =>
      lastRequestAt ? <TimeAgo date={lastRequestAt} /> : <span className="text-faint">none</span>,
  },
  { key: "answers", header: "24 h", width: "10.75rem", cell: ({ last24h }) => <AnswerCounts counts={last24h} /> },
  {
    key: "builder",
    header: "Builder",
    width: "9.5rem",
    cell: (webhook) => <BuilderLink webhook={webhook} />,
  },
];

/** Alarms that are raised, and that it is on hold. */
function marksOf({ alarms, account, cycle, step }: WebhookView) {
  return (
    <span className="flex flex-wrap gap-1 empty:hidden">
      <AlarmBadges alarms={alarms} />
      <HoldBadge target={{ accountId: account.id, cycleId: cycle.id, stepId: step.id }} />
    </span>
  );
}

/** Where a webhook belongs, in one line with the middle standing out. Long names are cut, each for itself. */
export function WebhookPlace({ webhook }: { webhook: WebhookView }) {
  const { owner, name } = ownerOf(webhook);
  return (
    <span title={placeOf(webhook)} className="block min-w-0 items-baseline @min-[48rem]:flex">
      <span className="min-w-0 @min-[48rem]:truncate font-normal text-muted">{owner}</span>
      <PlaceArrow />
      <span className="min-w-0 @min-[48rem]:truncate">{name}</span>
      <PlaceArrow />
      <span className="min-w-0 @min-[48rem]:truncate font-normal text-muted">{webhook.step.name}</span>
    </span>
  );
}

const PlaceArrow = () => <span className="shrink-0 font-normal text-muted @min-[48rem]:whitespace-pre">{" › "}</span>;

/** How a webhook's cycle stands, or that the webhook is gone. */
export function WebhookState({ webhook: { cycle, step } }: { webhook: WebhookView }) {
  if (cycle.deleted || step.deleted) {
    return (
      <Badge tone="failed" icon={Trash2} title="Requests to it get 404">
        {cycle.deleted ? "Cycle deleted" : "Step deleted"}
      </Badge>
    );
  }
  return <CycleStateBadge cycle={{ state: cycle.state, stoppedAt: null }} quiet />;
}

/** Opens the builder with the webhook's step selected; nothing when there is nothing to open. */
export function BuilderLink({ webhook: { builderHref, step } }: { webhook: WebhookView }) {
  if (!builderHref) return null;
  return (
    <Link
      href={builderHref}
      aria-label={`Open in builder: ${step.name}`}
      className="relative z-1 inline-flex min-h-6 items-center gap-1 text-accent-fg hover:underline"
    >
      Open in builder
      <ArrowUpRight aria-hidden className="size-3.5" />
    </Link>
  );
}
