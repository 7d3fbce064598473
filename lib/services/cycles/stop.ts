import type { CycleView } from "@/lib/contracts/cycles";
import { stopCycle as stop } from "@/lib/queue/stop-cycle";
import { type AccountContext, requireBuilder } from "../context";
import { ServiceError } from "../errors";
import { findCycle } from "./find";
import { getCycle } from "./get";

/**
 * Stops a Cycle at once: queued Transactions wait, those in progress stop at the next Step boundary and wait too.
 * Nothing changes when it is stopped already. Throws `conflict` when it never ran, and `not_found`.
 */
export async function stopCycle(ctx: AccountContext, cycleId: string): Promise<CycleView> {
  requireBuilder(ctx);
  const cycle = await findCycle(ctx, cycleId);
  if (cycle.state === "NEVER_STARTED")
    throw new ServiceError("conflict", "The cycle doesn't run, so it can't be stopped.");
  await stop(ctx.pool, { cycleId: cycle.id, accountId: ctx.accountId });
  return getCycle(ctx, cycle.id);
}
