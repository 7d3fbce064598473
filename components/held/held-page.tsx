"use client";

import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Hourglass } from "lucide-react";
import { useState } from "react";
import { Page } from "@/components/frame/page";
import { accountPages } from "@/components/frame/urls";
import { QueryState } from "@/components/providers/query-state";
import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { LoadMore } from "@/components/ui/load-more";
import { PageHeader } from "@/components/ui/page-header";
import { SearchInput } from "@/components/ui/search-input";
import { useAccount } from "@/lib/client/account";
import { cycleQuery } from "@/lib/client/cycles";
import { heldCountsQuery, heldQuery } from "@/lib/client/held";
import { useDebounced } from "@/lib/client/use-debounced";
import { formatCount } from "@/lib/core/format";
import { HeldTable } from "./held-table";

const LIVE_MS = 5_000;

export type HeldPageProps = { accountId: string; cycleId: string; stepId: string };

/** The transactions that wait at one mid-cycle webhook: for what, since when and until when. */
export function HeldPage({ accountId, cycleId, stepId }: HeldPageProps) {
  const account = useAccount();
  const [typed, setTyped] = useState("");
  const value = useDebounced(typed.trim());
  const { data: cycle } = useQuery(cycleQuery(account, cycleId));
  const { data: counts } = useQuery(heldCountsQuery(account, cycleId));
  const query = useInfiniteQuery({
    ...heldQuery(account, { cycleId, stepId, value: value || undefined }),
    // Older pages hold rows that are being read: they are not fetched again under the reader.
    refetchInterval: ({ state: { data } }) => ((data?.pages.length ?? 1) === 1 ? LIVE_MS : false),
  });
  const held = query.data?.pages.flatMap(({ entries }) => entries);
  const count = counts?.steps.find((step) => step.stepId === stepId);
  const step = cycle?.draft.steps.find(({ id }) => id === stepId);
  const cyclePage = `${accountPages(accountId).cycles}/${cycleId}`;

  return (
    <Page>
      <PageHeader
        title="Held transactions"
        breadcrumbs={[
          { label: cycle?.name ?? "Cycle", href: cyclePage },
          { label: step?.name ?? stepId, href: `${cyclePage}?step=${stepId}` },
        ]}
        meta={count && `${formatCount(count.count)}${count.more ? " or more" : ""}`}
      />
      <SearchInput label="Find the value waited for" mono value={typed} onValueChange={setTyped} className="max-w-80" />
      <QueryState query={query} failure="Held transactions could not be loaded">
        <HeldTable
          accountId={accountId}
          stepId={stepId}
          held={held}
          empty={
            value ? (
              <EmptyState
                icon={Hourglass}
                title={`No held transaction waits for “${value}”`}
                action={<Button onClick={() => setTyped("")}>Clear the search</Button>}
              >
                The whole value has to be typed, as it is in the transaction.
              </EmptyState>
            ) : (
              <EmptyState icon={Hourglass} title="No transaction is held here">
                A transaction that comes to this webhook waits here until a request carries its value.
              </EmptyState>
            )
          }
        />
        {held && held.length > 0 && (
          <LoadMore
            shown={held.length}
            noun="transactions"
            hasMore={query.hasNextPage}
            loading={query.isFetchingNextPage}
            onLoadMore={() => void query.fetchNextPage()}
          />
        )}
      </QueryState>
    </Page>
  );
}
