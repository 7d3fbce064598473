"use client";

import { useQuery } from "@tanstack/react-query";
import { Building2, Plus } from "lucide-react";
import { Page } from "@/components/frame/page";
import { partnerPages } from "@/components/frame/urls";
import { QueryState } from "@/components/providers/query-state";
import { EmptyState } from "@/components/ui/empty-state";
import { Fact, Facts } from "@/components/ui/facts";
import { LinkButton } from "@/components/ui/link-button";
import { PageHeader } from "@/components/ui/page-header";
import { accountsQuery } from "@/lib/client/accounts";
import { useIsPartnerAdmin } from "@/lib/client/me";
import type { AccountView } from "@/lib/contracts/accounts";
import { AccountTable } from "./account-table";

const LIVE_MS = 10_000;

/** Where everybody begins: the accounts they may enter, those that need a look first. */
export function HomePage() {
  const query = useQuery({ ...accountsQuery(), refetchInterval: LIVE_MS });
  const isPartnerAdmin = useIsPartnerAdmin();
  const accounts = query.data?.entries && [...query.data.entries].sort(byNeed);
  return (
    <Page>
      <PageHeader title="Home" description="Accounts with failures today come first." />
      <QueryState query={query} failure="Accounts could not be loaded">
        {accounts && accounts.length > 1 && <Totals accounts={accounts} />}
        <AccountTable accounts={accounts} empty={<NoAccounts isPartnerAdmin={isPartnerAdmin} />} />
      </QueryState>
    </Page>
  );
}

function byNeed(one: AccountView, other: AccountView): number {
  return (
    other.failedToday - one.failedToday ||
    other.cycles.failing - one.cycles.failing ||
    one.name.localeCompare(other.name, "en", { numeric: true })
  );
}

function Totals({ accounts }: { accounts: readonly AccountView[] }) {
  const sum = (of: (account: AccountView) => number) =>
    accounts.reduce((total, account) => total + of(account), 0).toLocaleString("en");
  return (
    <Facts>
      <Fact name="Accounts">{accounts.length.toLocaleString("en")}</Fact>
      <Fact name="Cycles running">{sum(({ cycles }) => cycles.running)}</Fact>
      <Fact name="Cycles stopped">{sum(({ cycles }) => cycles.stopped)}</Fact>
      <Fact name="Cycles failing">{sum(({ cycles }) => cycles.failing)}</Fact>
      <Fact name="Transactions today">{sum(({ transactionsToday }) => transactionsToday)}</Fact>
      <Fact name="Failed today">{sum(({ failedToday }) => failedToday)}</Fact>
    </Facts>
  );
}

function NoAccounts({ isPartnerAdmin }: { isPartnerAdmin: boolean }) {
  return isPartnerAdmin ? (
    <EmptyState
      icon={Building2}
      title="No accounts yet"
      action={
        <LinkButton variant="primary" icon={Plus} href={partnerPages.accounts}>
          Make the first account
        </LinkButton>
      }
    >
      An account holds one customer's cycles and transactions.
    </EmptyState>
  ) : (
    <EmptyState icon={Building2} title="No account is open to you">
      Ask a partner admin to add you to one.
    </EmptyState>
  );
}
