"use client";
import { createContext, type ReactNode, useContext, useMemo } from "react";
import { type Api, createApi } from "./api";

/** An account (null: the partner) and the API bound to it. */
export type Account = { accountId: string | null; api: Api };

const AccountContext = createContext<Account>({ accountId: null, api: createApi(null) });

/** Puts the account of the page (null on partner pages) within reach of every hook below it. */
export function AccountProvider({ accountId, children }: { accountId: string | null; children: ReactNode }) {
  const account = useMemo(() => ({ accountId, api: createApi(accountId) }), [accountId]);
  return <AccountContext value={account}>{children}</AccountContext>;
}

/** The page's account and the API bound to it. Query keys begin with `accountId`, so that accounts never share a cache entry. */
export const useAccount = () => useContext(AccountContext);
