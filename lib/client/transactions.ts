"use client";
import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { Empty } from "@/lib/contracts/common";
import {
  type ReplayInput,
  ReplayResult,
  TransactionPage,
  type TransactionStateName,
  TransactionView,
} from "@/lib/contracts/transactions";
import { type Account, useAccount } from "./account";
import { anyTime, rangeBounds, type TimeRange } from "./time-range";

/** What a list of transactions is narrowed by. */
export type TransactionFilter = { cycleId?: string; state?: string; q?: string; range?: TimeRange };

const PAGE_SIZE = 50;
const LIVE_MS = 2_000;

const ended: ReadonlySet<TransactionStateName> = new Set(["completed", "failed", "cancelled", "discarded"]);

/** Nothing changes about it any more. */
export const hasEnded = (state: TransactionStateName): boolean => ended.has(state);

/** The account's transactions, newest first, page by page. */
export const transactionsQuery = ({ api, accountId }: Account, { range = anyTime, ...filter }: TransactionFilter) =>
  infiniteQueryOptions({
    queryKey: [accountId, "transactions", "list", filter, range],
    queryFn: ({ signal, pageParam }) =>
      api.get("/transactions", TransactionPage, {
        query: { ...filter, ...rangeBounds(range, new Date()), limit: PAGE_SIZE, cursor: pageParam },
        signal,
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
  });

/** One transaction with its steps, fetched again every 2 s until it has ended. */
export const transactionQuery = ({ api, accountId }: Account, id: string) =>
  queryOptions({
    queryKey: [accountId, "transactions", "detail", id],
    queryFn: ({ signal }) => api.get(`/transactions/${id}`, TransactionView, { signal }),
    refetchInterval: ({ state }) => (state.data && hasEnded(state.data.state) ? false : LIVE_MS),
  });

/** Runs a transaction's request again, as it was or with changed data. */
export function useReplay() {
  const { api, accountId } = useAccount();
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: ({ id, ...input }: ReplayInput & { id: string }) =>
      api.post(`/transactions/${id}/replay`, input, ReplayResult),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: [accountId, "transactions"] }),
  });
}

/** Ends a transaction that has not ended, at its next step boundary. */
export function useCancel() {
  const { api, accountId } = useAccount();
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => api.post(`/transactions/${id}/cancel`, {}, Empty),
    onSuccess: () =>
      Promise.all([
        queryClient.invalidateQueries({ queryKey: [accountId, "held"] }),
        queryClient.invalidateQueries({ queryKey: [accountId, "transactions"] }),
      ]),
  });
}
