"use client";

import { useQuery } from "@tanstack/react-query";
import { ArrowUpRight } from "lucide-react";
import { AlarmBadges } from "@/components/alarms/alarm-badges";
import { Page } from "@/components/frame/page";
import { partnerPages } from "@/components/frame/urls";
import { HoldBanners } from "@/components/holds/hold-banners";
import { HoldButton } from "@/components/holds/hold-button";
import { QueryState } from "@/components/providers/query-state";
import { Fact, Facts } from "@/components/ui/facts";
import { Identifier } from "@/components/ui/identifier";
import { LinkButton } from "@/components/ui/link-button";
import { PageHeader } from "@/components/ui/page-header";
import { SkeletonLines } from "@/components/ui/skeleton";
import { TimeAgo } from "@/components/ui/time-ago";
import { useAccount } from "@/lib/client/account";
import { webhookQuery } from "@/lib/client/webhooks";
import type { WebhookView } from "@/lib/contracts/webhooks";
import { AnswerCounts } from "./outcome";
import { ReceiptsList } from "./receipts-list";
import { placeOf } from "./webhook-place";
import { WebhookState } from "./webhook-table";

const LIVE_MS = 10_000;

const targetOf = ({ account, cycle, step }: WebhookView) => ({
  accountId: account.id,
  cycleId: cycle.id,
  stepId: step.id,
});

/** One webhook of the report: whose it is, and every request to it. */
export function WebhookDetailPage({ webhookId }: { webhookId: string }) {
  const query = useQuery({ ...webhookQuery(useAccount(), webhookId), refetchInterval: LIVE_MS });
  const webhook = query.data;
  return (
    <Page>
      <PageHeader
        title={webhook ? webhook.step.name : "Webhook"}
        breadcrumbs={[{ label: "Webhooks", href: partnerPages.webhooks }]}
        meta={
          webhook && (
            <>
              <WebhookState webhook={webhook} />
              <AlarmBadges alarms={webhook.alarms} />
            </>
          )
        }
        description={webhook && placeOf(webhook)}
        actions={
          webhook?.builderHref && (
            <>
              <HoldButton target={targetOf(webhook)} what="this webhook" />
              <LinkButton icon={ArrowUpRight} href={webhook.builderHref}>
                Open in builder
              </LinkButton>
            </>
          )
        }
      />
      {webhook && <HoldBanners target={targetOf(webhook)} className="flex flex-col gap-2" />}
      <QueryState query={query} failure="The webhook could not be loaded">
        {webhook ? (
          <>
            <WebhookFacts webhook={webhook} />
            <ReceiptsList
              source={{ webhookId }}
              accountId={webhook.account.id}
              cycleId={webhook.cycle.id}
              csv
              inAddress
            />
          </>
        ) : (
          <SkeletonLines lines={6} />
        )}
      </QueryState>
    </Page>
  );
}

function WebhookFacts({ webhook }: { webhook: WebhookView }) {
  return (
    <Facts>
      <Fact name="Webhook URL">
        <Identifier value={webhook.url} what="webhook URL" tail={22} />
      </Fact>
      <Fact name="Created">
        <TimeAgo date={webhook.createdAt} />
      </Fact>
      <Fact name="Last request">{webhook.lastRequestAt ? <TimeAgo date={webhook.lastRequestAt} /> : "none"}</Fact>
      <Fact name="Answers of the last 24 h">
        <AnswerCounts counts={webhook.last24h} />
      </Fact>
    </Facts>
  );
}
