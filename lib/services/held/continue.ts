import type { ContinueInput } from "@/lib/contracts/held";
import { acceptsRequests } from "@/lib/core/cycle-state";
import type { Json } from "@/lib/core/json";
import { restoreStepData } from "@/lib/core/restore-secrets";
import { continueByHand } from "@/lib/queue/continue";
import { type AccountContext, requireBuilder } from "../context";
import { findCycle } from "../cycles/find";
import { ServiceError } from "../errors";
import { requireRestored } from "../receipts/require-restored";
import { findTransaction } from "../transactions/find";

/**
 * Continues a Transaction from a mid-cycle Webhook that it has reached, with a person's data. Throws `not_found`, and `conflict`
 * when its Cycle isn't active, or it has not reached the Step or was cancelled, and `invalid` for data that was copied with dots in
 * place of a secret.
 *
 * @returns the continuation's number
 */
export async function continueTransaction(
  ctx: AccountContext,
  transactionId: string,
  { stepId, data }: ContinueInput,
): Promise<number> {
  requireBuilder(ctx);
  const { id, cycleId } = await findTransaction(ctx, transactionId);
  const cycle = await findCycle(ctx, cycleId);
  if (!acceptsRequests({ ...cycle, now: new Date() }))
    throw new ServiceError("conflict", "The cycle isn't active. Start it, then continue.");
  const input = JSON.stringify(requireRestored(restoreStepData(data as Json, null)));
  const number = await continueByHand(ctx.pool, { transactionId: id, stepId, input, userId: ctx.userId });
  if (number === undefined)
    throw new ServiceError("conflict", "The transaction has not reached this webhook, or was cancelled.");
  return number;
}
