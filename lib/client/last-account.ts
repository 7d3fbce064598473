"use client";
import { useEffect } from "react";
import { LAST_ACCOUNT_COOKIE } from "./last-account-cookie";

const YEAR_SECONDS = 365 * 24 * 3_600;

/** Remembers in this browser which account was in sight last, for the navigation of pages without one. */
export function useRememberAccount(accountId: string | null): void {
  useEffect(() => {
    if (accountId === null) return;
    // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is missing in browsers we serve
    document.cookie = `${LAST_ACCOUNT_COOKIE}=${accountId}; path=/; max-age=${YEAR_SECONDS}; samesite=lax`;
  }, [accountId]);
}
