"use client";

import { useQuery } from "@tanstack/react-query";
import { ArrowUpRight } from "lucide-react";
import { Page } from "@/components/frame/page";
import { accountPages } from "@/components/frame/urls";
import { LinkButton } from "@/components/ui/link-button";
import { PageHeader } from "@/components/ui/page-header";
import { useAccount } from "@/lib/client/account";
import { cycleDetailQuery } from "@/lib/client/cycle-list";
import { receiptQuery } from "@/lib/client/webhooks";
import { ReceiptInspector } from "./receipt-inspector";

export type ReceiptPageProps = { accountId: string; receiptId: string };

/** One request to a webhook of an account, with the names of its cycle and step and a way to them. */
export function ReceiptPage({ accountId, receiptId }: ReceiptPageProps) {
  const account = useAccount();
  const { data: receipt } = useQuery(receiptQuery(account, receiptId));
  const { cycleId = null, stepId = null } = receipt ?? {};
  const { data: cycle } = useQuery({ ...cycleDetailQuery(account, cycleId ?? ""), enabled: cycleId !== null });
  const cycleHref = `${accountPages(accountId).cycles}/${cycleId}`;
  const stepHref = stepId === null ? undefined : `${cycleHref}?step=${encodeURIComponent(stepId)}`;
  const step = cycle?.draft.steps.find(({ id }) => id === stepId);
  return (
    <Page>
      <PageHeader
        title="Request"
        breadcrumbs={[
          ...(cycle ? [{ label: cycle.name, href: cycleHref }] : []),
          ...(step && stepHref ? [{ label: step.name, href: stepHref }] : []),
        ]}
        actions={
          cycleId &&
          stepHref && (
            <LinkButton icon={ArrowUpRight} href={stepHref}>
              Open in builder
            </LinkButton>
          )
        }
      />
      <ReceiptInspector receiptId={receiptId} />
    </Page>
  );
}
