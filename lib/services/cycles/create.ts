import type { CreateCycleInput, CycleView } from "@/lib/contracts/cycles";
import { emptyGraph } from "@/lib/core/graph";
import { type AccountContext, requireBuilder } from "../context";
import { getCycle } from "./get";
import { withUniqueName } from "./name";

/** Adds a Cycle with nothing in it. Throws `conflict` when another one has the name. */
export async function createCycle(ctx: AccountContext, { name }: CreateCycleInput): Promise<CycleView> {
  requireBuilder(ctx);
  const { id } = await withUniqueName(name, () =>
    ctx.db.cycle.create({
      data: { accountId: ctx.accountId, name, draft: emptyGraph, draftChangedBy: ctx.userId },
      select: { id: true },
    }),
  );
  return getCycle(ctx, id);
}
