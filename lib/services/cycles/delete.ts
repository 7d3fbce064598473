import { tallies } from "@/lib/metrics/tallies";
import { deleteCycle as remove } from "@/lib/queue/delete-cycle";
import { type AccountContext, requireBuilder } from "../context";
import { findCycle } from "./find";

/** Deletes a Cycle: requests to its webhooks get 404, what is queued is discarded. Throws `not_found`. */
export async function deleteCycle(ctx: AccountContext, cycleId: string): Promise<void> {
  requireBuilder(ctx);
  const { id } = await findCycle(ctx, cycleId);
  const deleted = await remove(ctx.pool, { cycleId: id, accountId: ctx.accountId });
  tallies.ended.DISCARDED.value += deleted?.discarded ?? 0;
}
