"use client";

import { type InfiniteData, useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { ListChecks } from "lucide-react";
import { useState } from "react";
import { Page } from "@/components/frame/page";
import { accountPages } from "@/components/frame/urls";
import { QueryState } from "@/components/providers/query-state";
import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { LinkButton } from "@/components/ui/link-button";
import { LoadMore } from "@/components/ui/load-more";
import { PageHeader } from "@/components/ui/page-header";
import { useAccount } from "@/lib/client/account";
import { searchedBackTo } from "@/lib/client/searched-back";
import { transactionsQuery } from "@/lib/client/transactions";
import { useUrlQuery } from "@/lib/client/url-query";
import { useAtTop } from "@/lib/client/use-at-top";
import { LiveControl } from "./live-control";
import { TRANSACTION_FILTERS, TransactionFilters } from "./transaction-filters";
import { TransactionTable } from "./transaction-table";

const LIVE_MS = 2_000;
const NO_FILTER = { cycle: "", state: "", span: "", from: "", to: "", q: "" };

/** The account's transactions as they happen, narrowed by filters that are kept in the address. */
export function TransactionsPage({ accountId }: { accountId: string }) {
  const queryClient = useQueryClient();
  const { values, setValues } = useUrlQuery(TRANSACTION_FILTERS);
  const [paused, setPaused] = useState(false);
  const atTop = useAtTop();
  const { cycle, state, q, span, from, to } = values;
  const options = transactionsQuery(useAccount(), {
    cycleId: cycle || undefined,
    state: state || undefined,
    q: q || undefined,
    range: { span, from, to },
  });
  const query = useInfiniteQuery({
    ...options,
    // Older pages hold rows that are being read: they are not fetched again under the reader.
    refetchInterval: ({ state: { data } }) => (!paused && atTop && (data?.pages.length ?? 1) === 1 ? LIVE_MS : false),
    refetchOnWindowFocus: false,
  });
  const transactions = query.data?.pages.flatMap(({ entries }) => entries);
  const searchedTo = searchedBackTo(query.data?.pages);
  const filtered = Object.values(values).some((value) => value !== "");
  const clear = () => setValues(NO_FILTER);
  const live = !paused && atTop && (query.data?.pages.length ?? 1) === 1;

  const showNewest = () => {
    queryClient.setQueryData(options.queryKey, (shown) => shown && firstPage(shown));
    window.scrollTo({ top: 0 });
  };

  return (
    <Page>
      <PageHeader
        title="Transactions"
        actions={
          <LiveControl
            live={live}
            failing={query.isError}
            paused={paused}
            onPausedChange={setPaused}
            onNewest={showNewest}
          />
        }
      />
      <TransactionFilters values={values} onChange={setValues} onClear={filtered ? clear : undefined} />
      <QueryState query={query} failure="Transactions could not be loaded">
        <TransactionTable
          accountId={accountId}
          transactions={transactions}
          empty={
            filtered ? (
              <NothingFound soFar={searchedTo !== undefined} onClear={clear} />
            ) : (
              <NothingYet accountId={accountId} />
            )
          }
        />
        {transactions && (transactions.length > 0 || searchedTo) && (
          <LoadMore
            shown={transactions.length}
            noun="transactions"
            hasMore={query.hasNextPage}
            searchedTo={searchedTo}
            loading={query.isFetchingNextPage}
            onLoadMore={() => void query.fetchNextPage()}
          />
        )}
      </QueryState>
    </Page>
  );
}

/** The newest page alone: the older ones are fetched again when asked for. */
function firstPage<Pages extends InfiniteData<unknown, unknown>>({ pages, pageParams }: Pages) {
  return { pages: pages.slice(0, 1), pageParams: pageParams.slice(0, 1) } as Pages;
}

function NothingFound({ soFar, onClear }: { soFar: boolean; onClear: () => void }) {
  return (
    <EmptyState
      icon={ListChecks}
      title={soFar ? "No transaction matches so far" : "No transaction matches"}
      action={<Button onClick={onClear}>Clear filters</Button>}
    >
      {soFar ? "There are older ones to search." : "Widen the time, or choose another state or cycle."}
    </EmptyState>
  );
}

function NothingYet({ accountId }: { accountId: string }) {
  return (
    <EmptyState
      icon={ListChecks}
      title="No transactions yet"
      action={<LinkButton href={accountPages(accountId).cycles}>Go to cycles</LinkButton>}
    >
      Each request that a running cycle accepts becomes a transaction. Start a cycle and POST to its webhook URL.
    </EmptyState>
  );
}
