import type { DrainHoldInput, HoldView } from "@/lib/contracts/incidents";
import { drainHold as drain } from "@/lib/queue/drain-hold";
import { type Context, requireBuilder } from "../context";
import { findHold, getHold, holdEnded } from "./find";

/**
 * Lets what a hold holds begin in the order of acceptance, at a rate; the hold ends when nothing is left. Asked again, it changes
 * the rate. Throws `not_found`, `forbidden`, and `conflict` when the hold has ended.
 */
export async function drainHold(ctx: Context, id: string, { perSecond }: DrainHoldInput): Promise<HoldView> {
  requireBuilder(ctx);
  const { accountId } = await findHold(ctx, id);
  if (!(await drain(ctx.pool, { id, accountId, perSecond, drainedBy: ctx.userId }))) throw holdEnded();
  return getHold(ctx, id);
}
