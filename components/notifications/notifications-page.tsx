"use client";

import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Bell } from "lucide-react";
import { useState } from "react";
import { Page } from "@/components/frame/page";
import { QueryState } from "@/components/providers/query-state";
import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { FilterBar, FilterMenu } from "@/components/ui/filter-bar";
import { LoadMore } from "@/components/ui/load-more";
import { PageHeader } from "@/components/ui/page-header";
import { Sheet } from "@/components/ui/sheet";
import { useAccount } from "@/lib/client/account";
import { accountsQuery } from "@/lib/client/accounts";
import { notificationsQuery } from "@/lib/client/alarms";
import { useUrlQuery } from "@/lib/client/url-query";
import { notificationKinds, notificationStatuses } from "@/lib/contracts/alarms";
import { NotificationInspector } from "./notification-inspector";
import { kindLabels, statusLabels } from "./notification-status";
import { NotificationTable } from "./notification-table";

const FILTERS = ["account", "status", "kind"] as const;
const NO_FILTER = { account: "", status: "", kind: "" };
const LIVE_MS = 5_000;

const statuses = notificationStatuses.map((value) => ({ value, label: statusLabels[value] }));
const kinds = notificationKinds.map((value) => ({ value, label: kindLabels[value] }));

/** What was sent about webhooks: of one account, or of all on the partner's page. */
export function NotificationsPage({ accountId }: { accountId?: string }) {
  const { values, setValues } = useUrlQuery(FILTERS);
  const [inspectedId, setInspectedId] = useState<string>();
  const query = useInfiniteQuery({
    ...notificationsQuery(useAccount(), {
      accountId: accountId ?? (values.account || undefined),
      status: values.status || undefined,
      kind: values.kind || undefined,
    }),
    refetchInterval: ({ state: { data } }) => ((data?.pages.length ?? 1) === 1 ? LIVE_MS : false),
  });
  const notifications = query.data?.pages.flatMap(({ entries }) => entries);
  const inspected = notifications?.find(({ id }) => id === inspectedId);
  const filtered = Object.values(values).some((value) => value !== "");
  const clear = () => setValues(NO_FILTER);
  return (
    <Page>
      <PageHeader
        title="Notifications"
        description="Who was told of silent, refusing or failing webhooks, and whether it arrived."
      />
      <FilterBar label="Filter notifications" onClear={filtered ? clear : undefined}>
        {accountId === undefined && (
          <AccountFilter value={values.account} onChange={(account) => setValues({ account })} />
        )}
        <FilterMenu
          label="State"
          value={values.status}
          onValueChange={(status) => setValues({ status })}
          options={statuses}
          anyLabel="Any state"
        />
        <FilterMenu
          label="Kind"
          value={values.kind}
          onValueChange={(kind) => setValues({ kind })}
          options={kinds}
          anyLabel="Any kind"
        />
      </FilterBar>
      <QueryState query={query} failure="Notifications could not be loaded">
        <NotificationTable
          notifications={notifications}
          onInspect={({ id }) => setInspectedId(id)}
          empty={<NoNotifications onClear={filtered ? clear : undefined} />}
        />
        {notifications && notifications.length > 0 && (
          <LoadMore
            shown={notifications.length}
            noun="notifications"
            hasMore={query.hasNextPage}
            loading={query.isFetchingNextPage}
            onLoadMore={() => void query.fetchNextPage()}
          />
        )}
      </QueryState>
      <Sheet
        open={inspected !== undefined}
        onOpenChange={(open) => !open && setInspectedId(undefined)}
        title={inspected?.subject ?? "Notification"}
      >
        {inspected && <NotificationInspector notification={inspected} />}
      </Sheet>
    </Page>
  );
}

function AccountFilter({ value, onChange }: { value: string; onChange: (accountId: string) => void }) {
  const { data: accounts } = useQuery(accountsQuery());
  return (
    <FilterMenu
      label="Account"
      value={value}
      onValueChange={onChange}
      options={accounts?.entries.map(({ id, name }) => ({ value: id, label: name })) ?? []}
      anyLabel="Any account"
    />
  );
}

function NoNotifications({ onClear }: { onClear?: () => void }) {
  return onClear ? (
    <EmptyState icon={Bell} title="No notification matches" action={<Button onClick={onClear}>Clear filters</Button>}>
      Choose another state or kind.
    </EmptyState>
  ) : (
    <EmptyState icon={Bell} title="Nothing was sent yet">
      Select a Webhook step in the builder, and say under <span className="font-medium text-fg">Tell someone</span> when
      and whom.
    </EmptyState>
  );
}
