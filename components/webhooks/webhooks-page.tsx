"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import { Webhook } from "lucide-react";
import { Page } from "@/components/frame/page";
import { QueryState } from "@/components/providers/query-state";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { LoadMore } from "@/components/ui/load-more";
import { PageHeader } from "@/components/ui/page-header";
import { useAccount } from "@/lib/client/account";
import { useUrlQuery } from "@/lib/client/url-query";
import { SHORTEST_SEARCH, webhooksQuery } from "@/lib/client/webhooks";
import { ReceiptsList } from "./receipts-list";
import { WebhookFilters } from "./webhook-filters";
import { WebhookTable } from "./webhook-table";

const FILTERS = ["q", "account", "state"] as const;
const LIVE_MS = 10_000;

/** The Webhooks Report: finds the account, cycle and step behind a webhook URL, and every request to it. */
export function WebhooksPage() {
  const { values, setValues } = useUrlQuery(FILTERS);
  const tooShort = values.q !== "" && values.q.length < SHORTEST_SEARCH;
  const query = useInfiniteQuery({
    ...webhooksQuery(useAccount(), {
      q: values.q || undefined,
      accountId: values.account || undefined,
      state: values.state || undefined,
    }),
    enabled: !tooShort,
    refetchInterval: ({ state: { data } }) => ((data?.pages.length ?? 1) === 1 ? LIVE_MS : false),
  });
  const webhooks = query.data?.pages.flatMap(({ entries }) => entries);
  const unknown = query.data?.pages[0]?.unknown ?? 0;
  const filtered = values.q !== "" || values.account !== "" || values.state !== "";
  const clear = () => setValues({ q: "", account: "", state: "" });
  const [only] = values.q !== "" && webhooks?.length === 1 ? webhooks : [];

  return (
    <Page>
      <PageHeader
        title="Webhooks"
        description="Paste a webhook URL to see whose it is and every request that came to it."
      />
      <WebhookFilters values={values} onChange={setValues} onClear={filtered ? clear : undefined} />
      {tooShort ? (
        <p role="status" className="py-6 text-center text-muted">
          Type {SHORTEST_SEARCH} characters or more of an identifier, or paste the whole URL.
        </p>
      ) : (
        <QueryState query={query} failure="Webhooks could not be loaded">
          {unknown > 0 && (
            <Banner tone="warn" title={`No webhook has this identifier, but ${counted(unknown)} came to it`}>
              Each got 404: the caller has a wrong URL.
            </Banner>
          )}
          <WebhookTable webhooks={webhooks} empty={<NoWebhooks onClear={filtered ? clear : undefined} />} />
          {webhooks && webhooks.length > 0 && !only && (
            <LoadMore
              shown={webhooks.length}
              noun="webhooks"
              hasMore={query.hasNextPage}
              loading={query.isFetchingNextPage}
              onLoadMore={() => void query.fetchNextPage()}
            />
          )}
          {only && <FoundRequests key={only.id} webhookId={only.id} accountId={only.account.id} />}
        </QueryState>
      )}
    </Page>
  );
}

const counted = (requests: number) => (requests === 1 ? "1 request" : `${requests.toLocaleString("en")} requests`);

function FoundRequests({ webhookId, accountId }: { webhookId: string; accountId: string }) {
  return (
    <div className="mt-2 flex min-w-0 flex-col gap-3">
      <h2 className="font-semibold">Requests</h2>
      <ReceiptsList source={{ webhookId }} accountId={accountId} csv />
    </div>
  );
}

function NoWebhooks({ onClear }: { onClear?: () => void }) {
  return onClear ? (
    <EmptyState icon={Webhook} title="No webhook matches" action={<Button onClick={onClear}>Clear the search</Button>}>
      Paste the whole URL as the caller has it, or 4 characters or more of its identifier. Webhooks of deleted steps are
      found too.
    </EmptyState>
  ) : (
    <EmptyState icon={Webhook} title="No webhooks yet">
      A webhook URL is made with each Webhook step that someone puts into a cycle.
    </EmptyState>
  );
}
