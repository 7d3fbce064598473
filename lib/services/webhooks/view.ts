import type { ReceiptOutcomeName, WebhookView } from "@/lib/contracts/webhooks";
import type { AlarmState } from "@/lib/core/alarms";
import type { ListedWebhook } from "@/lib/queue/list-webhooks";
import { raisedAlarms } from "../alarms/view";
import type { Context } from "../context";
import { stateName } from "../cycles/state";
import { webhookUrl } from "../cycles/webhook-urls";
import { outcomeName } from "../receipts/outcome";

const DAY_MS = 24 * 60 * 60_000;
const HOUR_MS = 60 * 60_000;

type Counts = WebhookView["last24h"];

/** Requests by answer of the last 24 full hours and the one under way, by webhook. */
async function countRequests(ctx: Context, webhookIds: string[], now: Date): Promise<Map<string, Counts>> {
  const from = new Date(Math.floor((now.getTime() - DAY_MS) / HOUR_MS) * HOUR_MS);
  const sums = await ctx.db.receiptCount.groupBy({
    by: ["webhookId", "outcome"],
    where: { webhookId: { in: webhookIds }, hour: { gte: from } },
    _sum: { count: true, unrecorded: true },
  });
  const counts = new Map<string, Counts>();
  for (const { webhookId, outcome, _sum } of sums) {
    const entry: { outcome: ReceiptOutcomeName; count: number; unrecorded: number } = {
      outcome: outcomeName(outcome),
      count: _sum.count ?? 0,
      unrecorded: _sum.unrecorded ?? 0,
    };
    counts.set(webhookId, [...(counts.get(webhookId) ?? []), entry]);
  }
  return counts;
}

/** The alarms that are raised now, by webhook. */
async function readRaised(ctx: Context, webhookIds: string[]): Promise<Map<string, WebhookView["alarms"]>> {
  const alarms = await ctx.db.webhookAlarm.findMany({
    where: { webhookId: { in: webhookIds }, raised: { isEmpty: false } },
    select: { webhookId: true, state: true },
  });
  return new Map(alarms.map(({ webhookId, state }) => [webhookId, raisedAlarms(state as unknown as AlarmState)]));
}

/** The page of the builder with a step selected. */
export const builderHref = (accountId: string, cycleId: string, stepId: string): string =>
  `/accounts/${accountId}/cycles/${cycleId}?step=${encodeURIComponent(stepId)}`;

function releaseOf({ templateId, templateName, releaseNumber }: ListedWebhook): WebhookView["release"] {
  if (templateId === null || templateName === null || releaseNumber === null) return null;
  return { template: { id: templateId, name: templateName }, number: releaseNumber };
}

/** Rows of the Webhooks Report. */
export async function toWebhookViews(ctx: Context, rows: ListedWebhook[]): Promise<WebhookView[]> {
  const ids = rows.map(({ id }) => id);
  const [counts, raised] = await Promise.all([countRequests(ctx, ids, new Date()), readRaised(ctx, ids)]);
  return rows.map((row) => {
    const deleted = row.deletedAt !== null || row.cycleDeletedAt !== null;
    return {
      id: row.id,
      identifier: row.identifier,
      url: webhookUrl(row.identifier),
      account: { id: row.accountId, name: row.accountName },
      cycle: {
        id: row.cycleId,
        name: row.cycleName,
        state: stateName({ state: row.cycleState, runOnce: row.runOnce }),
        deleted: row.cycleDeletedAt !== null,
      },
      release: releaseOf(row),
      step: { id: row.stepId, name: row.stepName, deleted },
      createdAt: row.createdAt.toISOString(),
      lastRequestAt: row.lastRequestAt?.toISOString() ?? null,
      last24h: counts.get(row.id) ?? [],
      builderHref: deleted ? null : builderHref(row.accountId, row.cycleId, row.stepId),
      alarms: raised.get(row.id) ?? [],
    };
  });
}
