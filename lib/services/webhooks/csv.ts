import type { WebhookQuery, WebhookView } from "@/lib/contracts/webhooks";
import type { Context } from "../context";
import { allPages } from "../pages";
import { listWebhooks } from "./list";

const PAGE = 200;

/** The columns of the Webhooks Report as a file. */
export const webhookCsvHeader = [
  "identifier",
  "url",
  "account",
  "cycle",
  "step",
  "state",
  "deleted",
  "created",
  "last_request",
  "requests_24h",
  "accepted_24h",
];

function toRow(webhook: WebhookView): (string | number | null)[] {
  const sum = (counts: WebhookView["last24h"]) => counts.reduce((total, { count }) => total + count, 0);
  return [
    webhook.identifier,
    webhook.url,
    webhook.account.name,
    webhook.cycle.name,
    webhook.step.name,
    webhook.cycle.state,
    webhook.step.deleted ? "yes" : "no",
    webhook.createdAt,
    webhook.lastRequestAt,
    sum(webhook.last24h),
    sum(webhook.last24h.filter(({ outcome }) => outcome === "accepted")),
  ];
}

/** The Webhooks Report, page by page, as rows of a file. The first page is read at once, so that it throws as listWebhooks does. */
export async function webhookCsvRows(
  ctx: Context,
  query: WebhookQuery,
): Promise<AsyncGenerator<(string | number | null)[][]>> {
  await listWebhooks(ctx, { ...query, limit: 1 });
  return rows(ctx, query);
}

async function* rows(ctx: Context, query: WebhookQuery) {
  const pages = allPages((cursor) => listWebhooks(ctx, { ...query, cursor, limit: PAGE }));
  for await (const page of pages) yield page.map(toRow);
}
