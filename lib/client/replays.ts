"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type ReplayReceiptInput, ReplayReceiptsResult } from "@/lib/contracts/replays";
import { ReplayResult } from "@/lib/contracts/transactions";
import { ReceiptPage, type ReceiptSummary } from "@/lib/contracts/webhooks";
import { type Account, useAccount } from "./account";
import { ApiError } from "./api";
import { rangeBounds } from "./time-range";
import { type ReceiptFilter, type ReceiptSource, receiptsPath } from "./webhooks";

/** Most requests that are replayed in one go. */
export const MOST_REPLAYED = 1_000;
const PAGE = 200;
/** Requests of one call, so that progress is seen and can be stopped. */
const CHUNK = 25;

export type ReplayHow = { checked: boolean; version: number | undefined };
export type ReplayOutcome = ReplayReceiptsResult["results"][number];

/** Runs one recorded request again. */
export function useReplayReceipt(receiptId: string) {
  const { api } = useAccount();
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (input: ReplayReceiptInput) => api.post(`/receipts/${receiptId}/replay`, input, ReplayResult),
    onSuccess: () => queryClient.invalidateQueries(),
  });
}

type Found = Pick<ReceiptSummary, "id" | "outcome">;

/** The newest requests that match, 1,000 at most; `isAll` says whether there are no more. */
export async function findReceipts(
  { api }: Account,
  source: ReceiptSource,
  { range, ...filter }: Required<Pick<ReceiptFilter, "range">> & ReceiptFilter,
  signal: AbortSignal,
): Promise<{ found: Found[]; isAll: boolean }> {
  const bounds = rangeBounds(range, new Date());
  const found: Found[] = [];
  for (let cursor: string | undefined; ; ) {
    const query = { ...filter, ...bounds, limit: PAGE, cursor };
    const page = await api.get(receiptsPath(source), ReceiptPage, { query, signal });
    found.push(...page.entries.map(({ id, outcome }) => ({ id, outcome })));
    if (page.next === null || found.length >= MOST_REPLAYED) {
      const isAll = page.next === null && found.length <= MOST_REPLAYED;
      return { found: found.slice(0, MOST_REPLAYED), isAll };
    }
    cursor = page.next;
  }
}

/** What broke a replay of many off: why, and of how many requests it is not known whether they were run. */
export type BrokenOff = { message: string; unsure: number };

/**
 * Runs requests again, oldest first and a few at a time; `onDone` is told after each few. Gives what broke it off, if anything did: a
 * call without an answer, or that failed on the server, may have run its requests.
 */
export async function replayMany(
  { api }: Pick<Account, "api">,
  { receiptIds, how }: { receiptIds: readonly string[]; how: ReplayHow },
  { signal, onDone }: { signal: AbortSignal; onDone: (results: ReplayOutcome[]) => void },
): Promise<BrokenOff | undefined> {
  const ordered = [...receiptIds].sort();
  for (let at = 0; at < ordered.length && !signal.aborted; at += CHUNK) {
    const input = { ...how, receiptIds: ordered.slice(at, at + CHUNK) };
    try {
      onDone((await api.post("/receipts/replay", input, ReplayReceiptsResult)).results);
    } catch (error) {
      const isRefused = error instanceof ApiError && error.status >= 400 && error.status < 500;
      const message = error instanceof Error ? error.message : String(error);
      return { message, unsure: isRefused ? 0 : input.receiptIds.length };
    }
  }
  return undefined;
}
