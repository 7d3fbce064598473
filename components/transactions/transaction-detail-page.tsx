"use client";

import { useQuery } from "@tanstack/react-query";
import { Route } from "lucide-react";
import { Page } from "@/components/frame/page";
import { accountPages } from "@/components/frame/urls";
import { ContinueButton } from "@/components/held/continue-button";
import { QueryState } from "@/components/providers/query-state";
import { Banner } from "@/components/ui/banner";
import { Identifier } from "@/components/ui/identifier";
import { LinkButton } from "@/components/ui/link-button";
import { PageHeader } from "@/components/ui/page-header";
import { SkeletonLines } from "@/components/ui/skeleton";
import { useAccount } from "@/lib/client/account";
import { useMayChange } from "@/lib/client/me";
import { hasEnded, transactionQuery } from "@/lib/client/transactions";
import type { TransactionView } from "@/lib/contracts/transactions";
import { CancelButton } from "./cancel-button";
import { ReplayMenu } from "./replay-menu";
import { ResponseGiven } from "./response-given";
import { StepList } from "./step-list";
import { TransactionFacts } from "./transaction-facts";
import { TransactionState } from "./transaction-state";

export type TransactionDetailPageProps = { accountId: string; transactionId: string };

/** One transaction: how it stands, what each step did, and what can be done about it. Live until it has ended. */
export function TransactionDetailPage({ accountId, transactionId }: TransactionDetailPageProps) {
  const query = useQuery(transactionQuery(useAccount(), transactionId));
  const transaction = query.data;
  return (
    <Page>
      <PageHeader
        title="Transaction"
        breadcrumbs={transaction ? breadcrumbs(accountId, transaction) : []}
        meta={
          <>
            <Identifier value={transactionId} what="transaction id" className="text-muted" />
            {transaction && <TransactionState transaction={transaction} />}
          </>
        }
        actions={transaction && <Actions accountId={accountId} transaction={transaction} />}
      />
      <QueryState query={query} failure="The transaction could not be loaded">
        {transaction ? <Body accountId={accountId} transaction={transaction} /> : <SkeletonLines lines={6} />}
      </QueryState>
    </Page>
  );
}

function breadcrumbs(accountId: string, { cycleId, cycleName }: TransactionView) {
  const pages = accountPages(accountId);
  return [
    { label: cycleName, href: `${pages.cycles}/${cycleId}` },
    { label: "Transactions", href: `${pages.transactions}?cycle=${cycleId}` },
  ];
}

type PartProps = { accountId: string; transaction: TransactionView };

function Actions({ accountId, transaction }: PartProps) {
  const mayChange = useMayChange();
  return (
    <>
      <LinkButton
        icon={Route}
        href={`${accountPages(accountId).cycles}/${transaction.cycleId}?transaction=${transaction.id}`}
      >
        Show on canvas
      </LinkButton>
      {mayChange &&
        transaction.state !== "cancelled" &&
        transaction.reached.map(({ stepId, stepName }) => (
          <ContinueButton key={stepId} transactionId={transaction.id} stepId={stepId} stepName={stepName} />
        ))}
      {mayChange && !hasEnded(transaction.state) && <CancelButton transactionId={transaction.id} />}
      {mayChange && <ReplayMenu accountId={accountId} transaction={transaction} />}
    </>
  );
}

function Body({ accountId, transaction }: PartProps) {
  const { error, errorStepName } = transaction;
  return (
    <>
      {error && (
        <Banner tone="error" title={errorStepName ? `Failed at ${errorStepName}` : "Failed"}>
          {error}
        </Banner>
      )}
      <TransactionFacts accountId={accountId} transaction={transaction} />
      <StepList transaction={transaction} />
      <ResponseGiven transaction={transaction} />
    </>
  );
}
