import type { Graph } from "@/lib/core/graph";
import { definitionOf } from "@/lib/steps/definitions";
import type { Tx } from "../context";
import { newIdentifier } from "../webhooks/identifier";

type Cycle = { id: string; accountId: string };

const webhookSteps = (graph: Graph | null) => (graph?.steps ?? []).filter(({ type }) => definitionOf(type)?.webhook);

/**
 * Makes a Cycle's webhooks those of its draft and its published version. A new Step gets a new identifier, one that was
 * removed keeps its row for the report, and one that comes back gets its old URL back.
 */
export async function reconcileWebhooks(
  tx: Tx,
  cycle: Cycle,
  { draft, published }: { draft: Graph; published: Graph | null },
) {
  const names = new Map([...webhookSteps(published), ...webhookSteps(draft)].map(({ id, name }) => [id, name]));
  const rows = await tx.webhook.findMany({ where: { cycleId: cycle.id } });
  for (const { id, stepId, stepName, deletedAt } of rows) {
    const name = names.get(stepId);
    const gone = name === undefined;
    if (gone === (deletedAt !== null) && (gone || name === stepName)) continue;
    await tx.webhook.update({ where: { id }, data: { deletedAt: gone ? new Date() : null, stepName: name } });
  }
  const known = new Set(rows.map(({ stepId }) => stepId));
  const added = [...names].filter(([stepId]) => !known.has(stepId));
  if (added.length === 0) return;
  await tx.webhook.createMany({
    data: added.map(([stepId, stepName]) => ({
      identifier: newIdentifier(),
      accountId: cycle.accountId,
      cycleId: cycle.id,
      stepId,
      stepName,
    })),
  });
}
