"use client";
import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { Empty } from "@/lib/contracts/common";
import { AllowedIpsView, type ExplainRequestInput, ExplanationView } from "@/lib/contracts/security";
import { type Account, useAccount } from "./account";
import { cycleDetailQuery } from "./cycle-list";

type Place = { cycleId: string; stepId: string };

const stepPath = ({ cycleId, stepId }: Place) => `/cycles/${cycleId}/steps/${stepId}`;

/** The addresses that may send to the webhook of a step. */
export const allowedIpsQuery = ({ api, accountId }: Account, place: Place) =>
  queryOptions({
    queryKey: [accountId, "allowed-ips", place],
    queryFn: ({ signal }) => api.get(`${stepPath(place)}/allowed-ips`, AllowedIpsView, { signal }),
  });

/** Changes these addresses at once. Rejects with the lines that can't be used (AllowedIpsProblems). */
export function useSetAllowedIps(place: Place) {
  const account = useAccount();
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (allowedIps: string) =>
      account.api.put(`${stepPath(place)}/allowed-ips`, { allowedIps }, AllowedIpsView),
    onSuccess: (view) => {
      queryClient.setQueryData(allowedIpsQuery(account, place).queryKey, view);
      return queryClient.invalidateQueries({ queryKey: cycleDetailQuery(account, place.cycleId).queryKey });
    },
  });
}

/** Makes the second secret of a step's check the only one. */
export function useMakeSecretCurrent({ cycleId, stepId }: Place) {
  const account = useAccount();
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: () => account.api.post(`/cycles/${cycleId}/secrets/${stepId}/check-next/make-current`, {}, Empty),
    onSettled: () => queryClient.invalidateQueries({ queryKey: cycleDetailQuery(account, cycleId).queryKey }),
  });
}

/** Why a recorded request was refused, by the settings and secrets of now: each time it is asked for, it is asked anew. */
export function useExplainReceipt(receiptId: string) {
  const { api } = useAccount();
  return useMutation({ mutationFn: () => api.get(`/receipts/${receiptId}/explanation`, ExplanationView) });
}

/** Whether a request would pass the check of a step, and if not, why. */
export function useExplainRequest(place: Place) {
  const { api } = useAccount();
  return useMutation({
    mutationFn: (input: ExplainRequestInput) => api.post(`${stepPath(place)}/explanation`, input, ExplanationView),
  });
}
