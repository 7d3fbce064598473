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
import type { WebhookView } from "@/lib/contracts/webhooks";
import { isUuid } from "@/lib/core/uuid7-range";
import { noReceiptFilterInAddress } from "./receipt-filter";
import { ReceiptsList } from "./receipts-list";
import { WebhookFilters } from "./webhook-filters";
import { WebhookTable } from "./webhook-table";

const FILTERS = ["q", "account", "state"] as const;
const LIVE_MS = 10_000;

/** The Webhooks Report: finds the account, cycle and step behind a webhook URL, and every request to it. */
export function WebhooksPage() {
  const { values, setValues } = useUrlQuery(FILTERS);
  // What the requests of another webhook were narrowed by says nothing of these.
  const narrow = (changes: Partial<typeof values>) => setValues({ ...noReceiptFilterInAddress, ...changes });
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
  const [{ unknown, unknownIdentifier } = none] = query.data?.pages ?? [];
  const filtered = values.q !== "" || values.account !== "" || values.state !== "";
  const clear = () => narrow({ q: "", account: "", state: "" });
  const [only] = values.q !== "" && webhooks?.length === 1 ? webhooks : [];

  return (
    <Page>
      <PageHeader
        title="Webhooks"
        description="Paste a webhook URL to see whose it is and every request that came to it."
      />
      <WebhookFilters values={values} onChange={narrow} onClear={filtered ? clear : undefined} />
      {tooShort ? (
        <p role="status" className="py-6 text-center text-muted">
          Type {SHORTEST_SEARCH} characters or more of an identifier, or paste the whole URL.
        </p>
      ) : (
        <QueryState query={query} failure="Webhooks could not be loaded">
          {unknownIdentifier === null ? (
            <WebhookTable webhooks={webhooks} empty={<NoWebhooks onClear={filtered ? clear : undefined} />} />
          ) : (
            <UnknownRequests
              key={`${unknownIdentifier} ${idIn(values.q)}`}
              identifier={unknownIdentifier}
              count={unknown}
              q={idIn(values.q)}
            />
          )}
          {webhooks && webhooks.length > 0 && !only && (
            <LoadMore
              shown={webhooks.length}
              noun="webhooks"
              hasMore={query.hasNextPage}
              loading={query.isFetchingNextPage}
              onLoadMore={() => void query.fetchNextPage()}
            />
          )}
          {only && <FoundRequests key={`${only.id} ${idIn(values.q)}`} webhook={only} q={idIn(values.q)} />}
        </QueryState>
      )}
    </Page>
  );
}

const none = { unknown: 0, unknownIdentifier: null };

const counted = (requests: number) => (requests === 1 ? "1 request" : `${requests.toLocaleString("en")} requests`);

/** The id of a request or transaction that was searched for; empty when it was something else. */
const idIn = (text: string) => (isUuid(text.trim()) ? text.trim() : "");

function FoundRequests({ webhook, q }: { webhook: WebhookView; q: string }) {
  return (
    <div className="mt-2 flex min-w-0 flex-col gap-3">
      <h2 className="font-semibold">Requests</h2>
      <ReceiptsList
        source={{ webhookId: webhook.id }}
        accountId={webhook.account.id}
        cycleId={webhook.cycle.id}
        q={q}
        csv
        inAddress={q === ""}
      />
    </div>
  );
}

/** Who sends to a URL that is nobody's, and what: mostly enough to tell whose URL was meant. */
function UnknownRequests({ identifier, count, q }: { identifier: string; count: number; q: string }) {
  return (
    <div className="flex min-w-0 flex-col gap-3">
      <Banner tone="warn" title={`No webhook has the identifier ${identifier}, but ${counted(count)} came to it`}>
        Each got 404: the caller has a wrong URL.
      </Banner>
      <h2 className="font-semibold">Requests</h2>
      <ReceiptsList source={{ identifier }} q={q} inAddress={q === ""} />
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
