import type { CycleView } from "@/lib/contracts/cycles";
import { finishCycle as finish } from "@/lib/queue/finish-cycle";
import { type AccountContext, requireBuilder } from "../context";
import { ServiceError } from "../errors";
import { findCycle } from "./find";
import { getCycle } from "./get";

/**
 * Lets everything accepted so far end, and stops the Cycle then. Nothing changes when it does that already.
 * Throws `conflict` when it doesn't run, and `not_found`.
 */
export async function finishCycle(ctx: AccountContext, cycleId: string): Promise<CycleView> {
  requireBuilder(ctx);
  const cycle = await findCycle(ctx, cycleId);
  const finishing = await finish(ctx.pool, { cycleId: cycle.id, accountId: ctx.accountId });
  if (!finishing && cycle.state !== "FINISHING")
    throw new ServiceError("conflict", "The cycle doesn't run, so there is nothing to finish.");
  return getCycle(ctx, cycle.id);
}
