"use client";
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { ReceiptPage, ReceiptView, WebhookPage, WebhookView } from "@/lib/contracts/webhooks";
import type { Account } from "./account";
import { anyTime, rangeBounds, type TimeRange } from "./time-range";

/** What the Webhooks Report is narrowed by. */
export type WebhookFilter = { q?: string; accountId?: string; state?: string };

/** What a list of receipts is narrowed by. */
export type ReceiptFilter = { outcome?: string; clientIp?: string; q?: string; range?: TimeRange };

/** Fewer characters of an identifier would find too much. */
export const SHORTEST_SEARCH = 4;

const PAGE_SIZE = 50;

/** The webhooks of all accounts that the report shows, page by page. */
export const webhooksQuery = ({ api }: Account, filter: WebhookFilter) =>
  infiniteQueryOptions({
    queryKey: ["partner", "webhooks", "list", filter],
    queryFn: ({ signal, pageParam }) =>
      api.get("/webhooks", WebhookPage, { query: { ...filter, limit: PAGE_SIZE, cursor: pageParam }, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
  });

/** One webhook. */
export const webhookQuery = ({ api }: Account, id: string) =>
  queryOptions({
    queryKey: ["partner", "webhooks", "detail", id],
    queryFn: ({ signal }) => api.get(`/webhooks/${id}`, WebhookView, { signal }),
  });

/** Where a list of receipts comes from: a webhook of the report, a step of the account's cycle, or an identifier that no webhook has. */
export type ReceiptSource = { webhookId: string } | { cycleId: string; stepId: string } | { identifier: string };

/** The path of a source's receipts under the API. */
export function receiptsPath(source: ReceiptSource): string {
  if ("webhookId" in source) return `/webhooks/${source.webhookId}/receipts`;
  if ("identifier" in source) return "/receipts/unknown";
  return `/cycles/${source.cycleId}/steps/${source.stepId}/receipts`;
}

/** What the API has to be asked besides for a source's receipts. */
const sourceQuery = (source: ReceiptSource) => ("identifier" in source ? { identifier: source.identifier } : {});

/** Receipts, newest first, page by page. */
export const receiptsQuery = (
  { api, accountId }: Account,
  source: ReceiptSource,
  { range = anyTime, ...filter }: ReceiptFilter,
) =>
  infiniteQueryOptions({
    queryKey: [accountId, "receipts", "list", source, filter, range],
    queryFn: ({ signal, pageParam }) =>
      api.get(receiptsPath(source), ReceiptPage, {
        query: {
          ...filter,
          ...sourceQuery(source),
          ...rangeBounds(range, new Date()),
          limit: PAGE_SIZE,
          cursor: pageParam,
        },
        signal,
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
  });

/** One receipt with its headers, body and answer. */
export const receiptQuery = ({ api, accountId }: Account, id: string) =>
  queryOptions({
    queryKey: [accountId, "receipts", "detail", id],
    queryFn: ({ signal }) => api.get(`/receipts/${id}`, ReceiptView, { signal }),
  });
