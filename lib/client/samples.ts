"use client";
import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { Empty } from "@/lib/contracts/common";
import { type PasteSampleInput, SampleList, StepSampleView } from "@/lib/contracts/cycles";
import { ListenView } from "@/lib/contracts/listen";
import { type Account, useAccount } from "./account";

const LISTEN_POLL_MS = 1_000;

const samplesKey = (accountId: string | null, cycleId: string) => [accountId, "samples", cycleId];

/** Each step's sample data: the newest there is, or what one transaction had. */
export const samplesQuery = ({ api, accountId }: Account, cycleId: string, transactionId: string | undefined) =>
  queryOptions({
    queryKey: [...samplesKey(accountId, cycleId), transactionId ?? null],
    queryFn: ({ signal }) => api.get(`/cycles/${cycleId}/samples`, SampleList, { query: { transactionId }, signal }),
    placeholderData: (before) => before,
  });

/** Keeps a pasted body as the sample of a step. Rejects with the reason when it can't be read. */
export function usePasteSample(cycleId: string, stepId: string) {
  const { api, accountId } = useAccount();
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (input: PasteSampleInput) => api.put(`/cycles/${cycleId}/samples/${stepId}`, input, StepSampleView),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: samplesKey(accountId, cycleId) }),
  });
}

/** Forgets the pasted sample of a step; the last request is its sample again. */
export function useRemoveSample(cycleId: string, stepId: string) {
  const { api, accountId } = useAccount();
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: () => api.delete(`/cycles/${cycleId}/samples/${stepId}`, Empty),
    onSettled: () => queryClient.invalidateQueries({ queryKey: samplesKey(accountId, cycleId) }),
  });
}

/** Begins to listen for the next request to a webhook step; it works before the cycle was ever started. */
export function useListen(cycleId: string, stepId: string) {
  const { api } = useAccount();
  return useMutation({
    mutationFn: () => api.post(`/cycles/${cycleId}/listen/${stepId}`, {}, ListenView),
  });
}

/** What has come since `since` (ISO), asked each second until something has. `since` undefined: nobody listens. */
export const listenQuery = ({ api, accountId }: Account, cycleId: string, stepId: string, since: string | undefined) =>
  queryOptions({
    queryKey: [accountId, "listen", cycleId, stepId, since],
    queryFn: ({ signal }) => api.get(`/cycles/${cycleId}/listen/${stepId}`, ListenView, { query: { since }, signal }),
    enabled: since !== undefined,
    staleTime: 0,
    refetchInterval: ({ state }) => (state.data?.request ? false : LISTEN_POLL_MS),
  });

/** Makes pickers and previews ask for samples again, after a request has come. */
export function useRefreshSamples(cycleId: string) {
  const { accountId } = useAccount();
  const queryClient = useQueryClient();
  return () => queryClient.invalidateQueries({ queryKey: samplesKey(accountId, cycleId) });
}
