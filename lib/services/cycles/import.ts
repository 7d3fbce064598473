import type { CycleExport, CycleView } from "@/lib/contracts/cycles";
import { definitionOf } from "@/lib/steps/definitions";
import { type AccountContext, requireBuilder } from "../context";
import { ServiceError } from "../errors";
import { canonicalGraph } from "./canonical";
import { getCycle } from "./get";
import { requireSoundGraph } from "./graph-soundness";
import { freeName, withUniqueName } from "./name";
import { reconcileWebhooks } from "./reconcile-webhooks";

/**
 * Makes a Cycle of an exported file, with new webhook identifiers and without secrets. When its name is taken a number is
 * added. Throws `invalid` for a graph that can't be drawn or a kind of Step that isn't known.
 */
export async function importCycle(ctx: AccountContext, file: CycleExport): Promise<CycleView> {
  requireBuilder(ctx);
  requireSoundGraph(file.graph);
  const unknown = file.graph.steps.find(({ type }) => !definitionOf(type));
  if (unknown)
    throw new ServiceError("invalid", `${unknown.name} is a kind of step that isn't known here: ${unknown.type}.`);
  const draft = canonicalGraph(file.graph);
  const name = await freeName(ctx, ctx.db, file.name);
  const cycleId = await withUniqueName(name, () =>
    ctx.db.$transaction(async (tx) => {
      const cycle = await tx.cycle.create({
        data: { accountId: ctx.accountId, name, draft, parallelLimit: file.parallelLimit, draftChangedBy: ctx.userId },
      });
      await reconcileWebhooks(tx, cycle, { draft, published: null });
      return cycle.id;
    }),
  );
  return getCycle(ctx, cycleId);
}
