import type { z } from "zod";
import type { DraftConflict, SaveDraftInput, SavedDraft } from "@/lib/contracts/cycles";
import type { Graph } from "@/lib/core/graph";
import { notifyCycles } from "@/lib/queue/notify";
import { type AccountContext, requireBuilder, type Tx } from "../context";
import { ServiceError } from "../errors";
import { nameOfUser } from "../users/name";
import { sameGraph } from "./canonical";
import { findCycle } from "./find";
import { requireSoundGraph } from "./graph-soundness";
import { reconcileWebhooks } from "./reconcile-webhooks";
import { listWebhookUrls } from "./webhook-urls";

/** Says what the draft has become meanwhile, so that the two changes can be compared. */
async function draftChanged(ctx: AccountContext, cycleId: string): Promise<ServiceError> {
  const cycle = await findCycle(ctx, cycleId);
  const changedBy = await nameOfUser(ctx, cycle.draftChangedBy);
  const conflict: DraftConflict = {
    revision: cycle.draftRevision,
    graph: cycle.draft as Graph,
    changedAt: cycle.draftChangedAt.toISOString(),
    changedBy,
  };
  const who = changedBy ?? "Someone else";
  return new ServiceError("draft_changed", `${who} has changed this draft meanwhile. Nothing was saved.`, conflict);
}

/** Replaces the draft if it still has `revision`, and makes the Cycle's webhooks follow. False when it has not. */
export async function replaceDraft(
  tx: Tx,
  ctx: AccountContext,
  cycleId: string,
  { revision, graph }: SaveDraftInput,
): Promise<boolean> {
  const [cycle] = await tx.cycle.updateManyAndReturn({
    where: { id: cycleId, accountId: ctx.accountId, deletedAt: null, draftRevision: revision },
    data: { draft: graph, draftRevision: revision + 1, draftChangedAt: new Date(), draftChangedBy: ctx.userId },
    select: { id: true, accountId: true, publishedVersionId: true },
  });
  if (!cycle) return false;
  const version = cycle.publishedVersionId
    ? await tx.cycleVersion.findUnique({ where: { id: cycle.publishedVersionId }, select: { graph: true } })
    : null;
  const published = (version?.graph ?? null) as Graph | null;
  if (published && sameGraph(published, graph))
    await tx.cycle.update({ where: { id: cycleId }, data: { publishedRevision: revision + 1 } });
  await reconcileWebhooks(tx, cycle, { draft: graph, published });
  await notifyCycles(tx, [cycleId]);
  return true;
}

/**
 * Saves the draft that a change was made on. Of two saves of the same revision exactly one is kept; the other throws
 * `draft_changed` with a DraftConflict. Throws `not_found`, and `invalid` for a graph that can't be drawn.
 */
export async function saveDraft(
  ctx: AccountContext,
  cycleId: string,
  input: SaveDraftInput,
): Promise<z.infer<typeof SavedDraft>> {
  requireBuilder(ctx);
  await findCycle(ctx, cycleId);
  requireSoundGraph(input.graph);
  const saved = await ctx.db.$transaction((tx) => replaceDraft(tx, ctx, cycleId, input));
  if (!saved) throw await draftChanged(ctx, cycleId);
  const [cycle, webhooks] = await Promise.all([findCycle(ctx, cycleId), listWebhookUrls(ctx.db, cycleId)]);
  return {
    revision: input.revision + 1,
    savedAt: cycle.draftChangedAt.toISOString(),
    webhooks,
    unpublished: cycle.publishedRevision !== cycle.draftRevision,
  };
}
