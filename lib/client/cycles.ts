"use client";
import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { Empty } from "@/lib/contracts/common";
import { CycleView, type SaveDraftInput, SavedDraft } from "@/lib/contracts/cycles";
import { type Account, useAccount } from "./account";
import { cycleDetailQuery } from "./cycle-list";

/** How often the state, the counts and the draft's revision are fetched again while the builder is in sight. */
const LIVE_MS = 5_000;

/** The cycle that the builder shows, with its draft; kept up to date while in sight. */
export const cycleQuery = (account: Account, id: string) =>
  queryOptions({ ...cycleDetailQuery(account, id), refetchInterval: LIVE_MS });

/**
 * Stores a draft. Rejects with `draft_changed` and the draft as it is now (DraftConflict) when `revision` is no longer
 * the newest.
 */
export const saveDraft = ({ api }: Account, id: string, input: SaveDraftInput) =>
  api.put(`/cycles/${id}/draft`, input, SavedDraft);

/** Makes the draft the version that runs. Rejects with `cycle_incomplete` and the check list when something is missing. */
export function usePublishCycle(id: string) {
  const account = useAccount();
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: () => account.api.post(`/cycles/${id}/publish`, {}, CycleView),
    onSuccess: (cycle) => queryClient.setQueryData(cycleDetailQuery(account, id).queryKey, cycle),
    onSettled: () => queryClient.invalidateQueries({ queryKey: [account.accountId, "cycles"] }),
  });
}

/** Stores (`value`) or removes (`null`) a secret of a step. It can't be read back. */
export function useSetSecret(id: string) {
  const account = useAccount();
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: ({ stepId, name, value }: { stepId: string; name: string; value: string | null }) => {
      const path = `/cycles/${id}/secrets/${stepId}/${encodeURIComponent(name)}`;
      return value === null ? account.api.delete(path, Empty) : account.api.put(path, { value }, Empty);
    },
    onSettled: () => queryClient.invalidateQueries({ queryKey: cycleDetailQuery(account, id).queryKey }),
  });
}
