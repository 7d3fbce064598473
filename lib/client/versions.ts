"use client";
import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { CycleView, VersionDetail, VersionList } from "@/lib/contracts/cycles";
import { type Account, useAccount } from "./account";

/** The published versions of a cycle, newest first. */
export const versionsQuery = ({ api, accountId }: Account, cycleId: string) =>
  queryOptions({
    queryKey: [accountId, "cycles", "detail", cycleId, "versions"],
    queryFn: ({ signal }) => api.get(`/cycles/${cycleId}/versions`, VersionList, { signal }),
  });

/** One version with its graph. It never changes. */
export const versionQuery = ({ api, accountId }: Account, cycleId: string, number: number) =>
  queryOptions({
    queryKey: [accountId, "versions", cycleId, number],
    queryFn: ({ signal }) => api.get(`/cycles/${cycleId}/versions/${number}`, VersionDetail, { signal }),
    staleTime: Number.POSITIVE_INFINITY,
  });

/** Copies a version's graph into the draft and gives the cycle with it. */
export function useRestoreVersion(cycleId: string) {
  const { api, accountId } = useAccount();
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (number: number) => api.post(`/cycles/${cycleId}/versions/${number}/restore`, {}, CycleView),
    onSettled: () => queryClient.invalidateQueries({ queryKey: [accountId, "cycles"] }),
  });
}
