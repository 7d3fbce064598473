import type { CycleView } from "@/lib/contracts/cycles";
import { type AccountContext, requireBuilder } from "../context";
import { findCycle } from "../cycles/find";
import { getCycle } from "../cycles/get";
import { replaceDraft } from "../cycles/save-draft";
import { ServiceError } from "../errors";
import { getVersion } from "./get";

/** Makes a version's graph the draft again; what runs doesn't change. Throws `not_found`, and `conflict` when the draft changes at the same moment. */
export async function restoreVersion(ctx: AccountContext, cycleId: string, number: number): Promise<CycleView> {
  requireBuilder(ctx);
  const { graph } = await getVersion(ctx, cycleId, number);
  const { id, draftRevision } = await findCycle(ctx, cycleId);
  const replaced = await ctx.db.$transaction((tx) => replaceDraft(tx, ctx, id, { revision: draftRevision, graph }));
  if (!replaced)
    throw new ServiceError("conflict", "The draft was changed at this moment. Look at it and restore again.");
  return getCycle(ctx, id);
}
