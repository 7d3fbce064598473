"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import { Inbox } from "lucide-react";
import { useState } from "react";
import { QueryState } from "@/components/providers/query-state";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { LoadMore } from "@/components/ui/load-more";
import { Sheet } from "@/components/ui/sheet";
import { useAccount } from "@/lib/client/account";
import { useMayChange } from "@/lib/client/me";
import { searchedBackTo } from "@/lib/client/searched-back";
import { rangeBounds } from "@/lib/client/time-range";
import { withQuery } from "@/lib/client/url-query";
import { type ReceiptSource, receiptsPath, receiptsQuery } from "@/lib/client/webhooks";
import type { ReceiptSummary } from "@/lib/contracts/webhooks";
import { jsonEquals } from "@/lib/core/json";
import { noReceiptFilter, useReceiptFilter } from "./receipt-filter";
import { ReceiptFilters, type ReceiptFilterValues } from "./receipt-filters";
import { ReceiptInspector } from "./receipt-inspector";
import { ReceiptTable } from "./receipt-table";
import { ReplayBar } from "./replay-bar";

const LIVE_MS = 3_000;

export type ReceiptsListProps = {
  source: ReceiptSource;
  /** The account whose transactions the receipts lead to; none of unknown identifiers. */
  accountId?: string;
  /** The cycle that they were for, once it is known. */
  cycleId?: string;
  /** Offers the list as CSV; partner admins only. */
  csv?: boolean;
  /** What is searched for at first: the id of a request or transaction. */
  q?: string;
  /** Keeps the filter in the page's address. */
  inAddress?: boolean;
};

/** The requests that came to a webhook, newest first and live, each with an inspector. */
export function ReceiptsList({
  source,
  accountId,
  cycleId,
  csv = false,
  q: firstQ = "",
  inAddress = false,
}: ReceiptsListProps) {
  const { filter, change } = useReceiptFilter(inAddress, firstQ);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const mayChange = useMayChange();
  const place = mayChange && accountId && cycleId ? { source, accountId, cycleId } : undefined;
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
  const filtered = !jsonEquals(filter, noReceiptFilter);
  // What is chosen stays in sight: nothing is replayed that is not.
  const narrow = (changes: Partial<ReceiptFilterValues>) => {
    change(changes);
    setChosen(new Set());
  };
  const clear = () => narrow(noReceiptFilter);

  return (
    <section aria-label="Requests" className="flex min-w-0 flex-col gap-3">
      {(filtered || receipts === undefined || receipts.length > 0) && (
        <ReceiptFilters
          values={filter}
          onChange={narrow}
          onClear={filtered ? clear : undefined}
          csvHref={csv ? csvHref(source, filter) : undefined}
        />
      )}
      <Unrecorded count={query.data?.pages[0]?.unrecorded ?? 0} isKnown={!("identifier" in source)} />
      {place && receipts && receipts.length > 0 && (
        <ReplayBar
          place={place}
          filter={{ outcome: outcome || undefined, clientIp: clientIp || undefined, q: q || undefined, range }}
          chosen={chosen}
          onClear={() => setChosen(new Set())}
        />
      )}
      <QueryState query={query} failure="Requests could not be loaded">
        <ReceiptTable
          receipts={receipts}
          accountId={accountId}
          onInspect={setInspected}
          chosen={place ? chosen : undefined}
          onChoose={(id, isChosen) =>
            setChosen((before) => new Set(isChosen ? [...before, id] : [...before].filter((one) => one !== id)))
          }
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

function Unrecorded({ count, isKnown }: { count: number; isKnown: boolean }) {
  if (count === 0) return null;
  return (
    <Banner
      tone="info"
      title={`${count.toLocaleString("en")} ${isKnown ? "more" : "to unknown identifiers"} not recorded`}
    >
      {isKnown
        ? "Of the requests to a webhook that begin no transaction, 1,000 an hour are recorded, and 50 of each answer in any case. The others are only counted."
        : "Of the requests to all of these, 1,000 an hour are recorded. The others are only counted."}
    </Banner>
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
      {soFar ? "There are older ones to search." : "Widen the time, choose another answer, or look for less."}
    </EmptyState>
  ) : (
    <EmptyState as="h3" icon={Inbox} title="No requests yet">
      Every request to the webhook URL shows up here, refused ones too.
    </EmptyState>
  );
}
