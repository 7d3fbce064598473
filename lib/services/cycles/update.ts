import type { CycleView, UpdateCycleInput } from "@/lib/contracts/cycles";
import { notifyCycles } from "@/lib/queue/notify";
import { type AccountContext, requireBuilder } from "../context";
import { findCycle } from "./find";
import { getCycle } from "./get";
import { withUniqueName } from "./name";

/** Changes a Cycle's name, its number of parallel Transactions or both. Throws `not_found`, or `conflict` when the name is taken. */
export async function updateCycle(ctx: AccountContext, cycleId: string, input: UpdateCycleInput): Promise<CycleView> {
  requireBuilder(ctx);
  const { id, name } = await findCycle(ctx, cycleId);
  await withUniqueName(input.name ?? name, () =>
    ctx.db.$transaction(async (tx) => {
      await tx.cycle.update({ where: { id }, data: { name: input.name, parallelLimit: input.parallelLimit } });
      await notifyCycles(tx, [id]);
    }),
  );
  return getCycle(ctx, id);
}
