"use client";

import { useQuery } from "@tanstack/react-query";
import { signOut } from "next-auth/react";
import { type ReactNode, useMemo, useState } from "react";
import { AppFrame } from "@/components/frame/app-frame";
import type { CommandSearch } from "@/components/frame/use-command-search";
import { ChangePasswordDialog } from "@/components/users/change-password-dialog";
import { AccountProvider, useAccount } from "@/lib/client/account";
import { useRememberAccount } from "@/lib/client/last-account";
import { meQuery } from "@/lib/client/me";
import { type MeView, SearchResults } from "@/lib/contracts/accounts";

export type SignedInFrameProps = {
  /** Who is signed in, as the server saw it when it made the page. */
  me: MeView;
  /** The account of the page; null on the partner's pages. */
  accountId: string | null;
  /** The account that the navigation offers on pages without one. */
  lastAccountId?: string | null;
  children: ReactNode;
};

const headings = {
  cycle: "Cycles",
  step: "Steps",
  account: "Accounts",
  transaction: "Transactions",
  receipt: "Requests",
  webhook: "Webhooks",
} as const;

/** The frame of a signed-in user's pages, with the page's account within reach of everything in it. */
export function SignedInFrame({ me, accountId, lastAccountId = null, children }: SignedInFrameProps) {
  useRememberAccount(accountId);
  const { data: current } = useQuery({ ...meQuery(), initialData: me });
  return (
    <AccountProvider accountId={accountId}>
      <Frame me={current} currentAccountId={accountId ?? lastAccountId}>
        {children}
      </Frame>
    </AccountProvider>
  );
}

type FrameProps = { me: MeView; currentAccountId: string | null; children: ReactNode };

function Frame({ me, currentAccountId, children }: FrameProps) {
  const search = useSearch();
  const [changingPassword, setChangingPassword] = useState(false);
  const user = useMemo(() => ({ name: me.name, email: me.email ?? "", role: me.role }), [me]);
  return (
    <AppFrame
      me={user}
      accounts={me.accounts}
      currentAccountId={currentAccountId}
      search={search}
      onChangePassword={() => setChangingPassword(true)}
      onSignOut={() => void signOut({ callbackUrl: "/sign-in" })}
    >
      {children}
      <ChangePasswordDialog open={changingPassword} onOpenChange={setChangingPassword} />
    </AppFrame>
  );
}

/** The palette's search through the API, over what whoever is signed in may see. */
function useSearch(): CommandSearch {
  const { api } = useAccount();
  return useMemo(
    () => async (query, signal) => {
      const { entries } = await api.get("/search", SearchResults, { query: { q: query }, signal });
      return entries.map(({ kind, ...found }) => ({ group: headings[kind], ...found }));
    },
    [api],
  );
}
