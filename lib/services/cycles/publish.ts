import type { CycleView } from "@/lib/contracts/cycles";
import type { Graph } from "@/lib/core/graph";
import { notifyCycles } from "@/lib/queue/notify";
import { type AccountContext, requireBuilder } from "../context";
import { ServiceError } from "../errors";
import { problemsOf, requireComplete } from "./check";
import { findCycle } from "./find";
import { getCycle } from "./get";
import { reconcileWebhooks } from "./reconcile-webhooks";

/** Makes the draft of a Cycle its next version, without answering. Nothing happens when the draft is published already. */
export async function publishDraft(ctx: AccountContext, cycleId: string): Promise<void> {
  requireBuilder(ctx);
  const cycle = await findCycle(ctx, cycleId);
  const graph = cycle.draft as Graph;
  requireComplete(await problemsOf(ctx, cycle.id, graph), "published");
  if (cycle.publishedVersionId !== null && cycle.publishedRevision === cycle.draftRevision) return;
  await ctx.db.$transaction(async (tx) => {
    // The row lock lets versions be numbered one after another; the revision makes sure that what was checked is published.
    const { count } = await tx.cycle.updateMany({
      where: { id: cycle.id, deletedAt: null, draftRevision: cycle.draftRevision },
      data: { publishedRevision: cycle.draftRevision },
    });
    if (count === 0)
      throw new ServiceError("conflict", "The draft was changed at this moment. Look at it and publish again.");
    const { _max } = await tx.cycleVersion.aggregate({ where: { cycleId: cycle.id }, _max: { number: true } });
    const version = await tx.cycleVersion.create({
      data: { cycleId: cycle.id, number: (_max.number ?? 0) + 1, graph, createdBy: ctx.userId },
    });
    await tx.cycle.update({ where: { id: cycle.id }, data: { publishedVersionId: version.id } });
    await reconcileWebhooks(tx, cycle, { draft: graph, published: graph });
    await notifyCycles(tx, [cycle.id]);
  });
}

/**
 * Makes the draft the version that runs from the next request on; a running Cycle goes on. Throws `cycle_incomplete`
 * with every problem, and `not_found`.
 */
export async function publishCycle(ctx: AccountContext, cycleId: string): Promise<CycleView> {
  await publishDraft(ctx, cycleId);
  return getCycle(ctx, cycleId);
}
