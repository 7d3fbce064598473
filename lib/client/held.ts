"use client";
import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { type ContinueInput, ContinueResult, HeldCounts, HeldPage } from "@/lib/contracts/held";
import { type Account, useAccount } from "./account";

const PAGE_SIZE = 50;
const LIVE_MS = 5_000;

/** How many transactions each webhook of a cycle holds, looked at again every 5 s. */
export const heldCountsQuery = ({ api, accountId }: Account, cycleId: string) =>
  queryOptions({
    queryKey: [accountId, "held", "counts", cycleId],
    queryFn: ({ signal }) => api.get(`/cycles/${cycleId}/held`, HeldCounts, { signal }),
    refetchInterval: LIVE_MS,
  });

export type HeldFilter = { cycleId: string; stepId: string; value?: string };

/** The transactions that a step holds, newest first, page by page. */
export const heldQuery = ({ api, accountId }: Account, { cycleId, stepId, value }: HeldFilter) =>
  infiniteQueryOptions({
    queryKey: [accountId, "held", "list", cycleId, stepId, value ?? ""],
    queryFn: ({ signal, pageParam }) =>
      api.get(`/cycles/${cycleId}/steps/${stepId}/held`, HeldPage, {
        query: { value, limit: PAGE_SIZE, cursor: pageParam },
        signal,
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
  });

/** Continues a transaction by hand, with the data that a request would have brought. */
export function useContinue() {
  const { api, accountId } = useAccount();
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: ({ id, ...input }: ContinueInput & { id: string }) =>
      api.post(`/transactions/${id}/continue`, input, ContinueResult),
    onSuccess: () =>
      Promise.all([
        queryClient.invalidateQueries({ queryKey: [accountId, "held"] }),
        queryClient.invalidateQueries({ queryKey: [accountId, "transactions"] }),
      ]),
  });
}
