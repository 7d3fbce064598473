"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import { Inbox } from "lucide-react";
import { useState } from "react";
import { QueryState } from "@/components/providers/query-state";
import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { LoadMore } from "@/components/ui/load-more";
import { Sheet } from "@/components/ui/sheet";
import { useAccount } from "@/lib/client/account";
import { searchedBackTo } from "@/lib/client/searched-back";
import { anyTime, rangeBounds } from "@/lib/client/time-range";
import { withQuery } from "@/lib/client/url-query";
import { type ReceiptSource, receiptsPath, receiptsQuery } from "@/lib/client/webhooks";
import type { ReceiptSummary } from "@/lib/contracts/webhooks";
import { ReceiptFilters, type ReceiptFilterValues } from "./receipt-filters";
import { ReceiptInspector } from "./receipt-inspector";
import { ReceiptTable } from "./receipt-table";

const LIVE_MS = 3_000;
const noFilter: ReceiptFilterValues = { outcome: "", clientIp: "", q: "", range: anyTime };

export type ReceiptsListProps = {
  source: ReceiptSource;
  /** The account whose transactions the receipts lead to. */
  accountId: string;
  /** Offers the list as CSV; partner admins only. */
  csv?: boolean;
};

/** The requests that came to a webhook, newest first and live, each with an inspector. */
export function ReceiptsList({ source, accountId, csv = false }: ReceiptsListProps) {
  const [filter, setFilter] = useState(noFilter);
  const [inspected, setInspected] = useState<ReceiptSummary>();
  const { outcome, clientIp, q, range } = filter;
  const query = useInfiniteQuery({
    ...receiptsQuery(useAccount(), source, {
      outcome: outcome || undefined,
      clientIp: clientIp || undefined,
      q: q || undefined,
      range,
    }),
    refetchInterval: ({ state: { data } }) => ((data?.pages.length ?? 1) === 1 ? LIVE_MS : false),
  });
  const receipts = query.data?.pages.flatMap(({ entries }) => entries);
  const searchedTo = searchedBackTo(query.data?.pages);
  const filtered = filter !== noFilter && JSON.stringify(filter) !== JSON.stringify(noFilter);
  const clear = () => setFilter(noFilter);

  return (
    <section aria-label="Requests" className="flex min-w-0 flex-col gap-3">
      {(filtered || receipts === undefined || receipts.length > 0) && (
        <ReceiptFilters
          values={filter}
          onChange={(changes) => setFilter({ ...filter, ...changes })}
          onClear={filtered ? clear : undefined}
          csvHref={csv ? csvHref(source, filter) : undefined}
        />
      )}
      <QueryState query={query} failure="Requests could not be loaded">
        <ReceiptTable
          receipts={receipts}
          accountId={accountId}
          onInspect={setInspected}
          empty={<NoReceipts soFar={searchedTo !== undefined} onClear={filtered ? clear : undefined} />}
        />
        {receipts && (receipts.length > 0 || searchedTo) && (
          <LoadMore
            shown={receipts.length}
            noun="requests"
            hasMore={query.hasNextPage}
            searchedTo={searchedTo}
            loading={query.isFetchingNextPage}
            onLoadMore={() => void query.fetchNextPage()}
          />
        )}
      </QueryState>
      <Sheet
        open={inspected !== undefined}
        onOpenChange={(open) => !open && setInspected(undefined)}
        size="lg"
        title="Request"
      >
        {inspected && <ReceiptInspector receiptId={inspected.id} />}
      </Sheet>
    </section>
  );
}

function csvHref(source: ReceiptSource, { outcome, clientIp, q, range }: ReceiptFilterValues): string {
  return `/api/v1${receiptsPath(source)}.csv${withQuery("", { outcome, clientIp, q, ...rangeBounds(range, new Date()) })}`;
}

function NoReceipts({ soFar, onClear }: { soFar: boolean; onClear?: () => void }) {
  return onClear ? (
    <EmptyState
      as="h3"
      icon={Inbox}
      title={soFar ? "No request matches so far" : "No request matches"}
      action={<Button onClick={onClear}>Clear filters</Button>}
    >
      {soFar ? "There are older ones to search." : "Widen the time, or choose another answer."}
    </EmptyState>
  ) : (
    <EmptyState as="h3" icon={Inbox} title="No requests yet">
      Every request to the webhook URL shows up here, refused ones too.
    </EmptyState>
  );
}
