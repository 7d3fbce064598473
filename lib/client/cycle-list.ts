"use client";
import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import type { z } from "zod";
import { Empty } from "@/lib/contracts/common";
import { type CycleExport, CycleList, CycleView, type StartInput, type UpdateCycleInput } from "@/lib/contracts/cycles";
import { type Account, useAccount } from "./account";

/** How often the states and counts of the list are fetched again while it is in sight. */
const LIVE_MS = 4_000;

/** All cycles of the account, kept up to date while in sight. */
export const cycleListQuery = ({ api, accountId }: Account) =>
  queryOptions({
    queryKey: [accountId, "cycles", "list"],
    queryFn: ({ signal }) => api.get("/cycles", CycleList, { signal }),
    refetchInterval: LIVE_MS,
  });

/** A mutation after which everything about the account's cycles is fetched again. */
function useCycleMutation<Input, Output>(send: (account: Account, input: Input) => Promise<Output>) {
  const account = useAccount();
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (input: Input) => send(account, input),
    onSettled: (_output, error) => {
      const fetched = queryClient.invalidateQueries({ queryKey: [account.accountId, "cycles"] });
      // A refusal is told at once: when Spoke can't be reached, fetching takes its tries.
      return error ? undefined : fetched;
    },
  });
}

/** Makes an empty cycle. */
export const useCreateCycle = () =>
  useCycleMutation(({ api }, name: string) => api.post("/cycles", { name }, CycleView));

/** Makes a cycle from an exported one. */
export const useImportCycle = () =>
  useCycleMutation(({ api }, file: CycleExport) => api.post("/cycles/import", file, CycleView));

/** Changes a cycle's name or parallel limit. */
export const useRenameCycle = () =>
  useCycleMutation(({ api }, { id, ...input }: UpdateCycleInput & { id: string }) =>
    api.patch(`/cycles/${id}`, input, CycleView),
  );

/** Makes a copy that was never started, with webhook URLs of its own. */
export const useCopyCycle = () =>
  useCycleMutation(({ api }, id: string) => api.post(`/cycles/${id}/copy`, {}, CycleView));

/** Deletes a cycle; requests to its webhook URLs get 404 from then on. */
export function useDeleteCycle() {
  const account = useAccount();
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => account.api.delete(`/cycles/${id}`, Empty),
    // The list alone: asking for the cycle again would only say that it is gone.
    onSuccess: () => queryClient.invalidateQueries({ queryKey: cycleListQuery(account).queryKey }),
  });
}

/** Starts a cycle, or lets it run once. Rejects with `cycle_incomplete` and the check list when something is missing. */
export const useStartCycle = () =>
  useCycleMutation(({ api }, { id, ...input }: z.input<typeof StartInput> & { id: string }) =>
    api.post(`/cycles/${id}/start`, input, CycleView),
  );

/** Stops a cycle at once, or after everything accepted so far has ended. */
export const useStopCycle = () =>
  useCycleMutation(({ api }, { id, finish }: { id: string; finish: boolean }) =>
    api.post(`/cycles/${id}/${finish ? "finish" : "stop"}`, {}, CycleView),
  );

/** One cycle, fetched once: for a dialog that needs its webhook URLs. */
export const cycleDetailQuery = ({ api, accountId }: Account, id: string) =>
  queryOptions({
    queryKey: [accountId, "cycles", "detail", id],
    queryFn: ({ signal }) => api.get(`/cycles/${id}`, CycleView, { signal }),
  });

/** The file that a cycle is exported as, to the byte as the server made it. */
export function useExportCycle() {
  const { api } = useAccount();
  return useMutation({ mutationFn: (id: string) => api.file(`/cycles/${id}/export`) });
}
