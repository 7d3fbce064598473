import type { BeginHoldInput, HoldView } from "@/lib/contracts/incidents";
import { beginHold as begin } from "@/lib/queue/begin-hold";
import { enterAccount } from "../accounts/enter";
import { type Context, requireBuilder } from "../context";
import { findCycle } from "../cycles/find";
import { findWebhook } from "../listen/find-webhook";
import { getHold } from "./find";

/**
 * Holds an account, a cycle or a webhook: from now on its requests are accepted and none begins. One that is being drained is
 * held again. Throws `not_found` and `forbidden`.
 */
export async function beginHold(ctx: Context, { accountId, cycleId, stepId }: BeginHoldInput): Promise<HoldView> {
  requireBuilder(ctx);
  const inside = await enterAccount(ctx, accountId);
  const cycle = cycleId === null ? null : await findCycle(inside, cycleId);
  if (cycle && stepId !== null) await findWebhook(inside, cycle.id, stepId);
  const target = { accountId: inside.accountId, cycleId: cycle?.id ?? null, stepId };
  return getHold(ctx, await begin(ctx.pool, { ...target, heldBy: ctx.userId }));
}
