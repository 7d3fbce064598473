import { countEnd } from "@/lib/metrics/tallies";
import { cancelTransaction as cancel } from "@/lib/queue/cancel";
import { type AccountContext, requireBuilder } from "../context";
import { ServiceError } from "../errors";
import { findTransaction } from "./find";

/**
 * Cancels a Transaction that hasn't ended; one that a worker runs ends at its next Step. Throws `not_found`, and
 * `conflict` when it has ended already.
 */
export async function cancelTransaction(ctx: AccountContext, transactionId: string): Promise<void> {
  requireBuilder(ctx);
  const { id } = await findTransaction(ctx, transactionId);
  const result = await cancel(ctx.pool, { accountId: ctx.accountId, transactionId: id });
  if (result === "cancelled") countEnd("CANCELLED");
  if (result === "ended") throw new ServiceError("conflict", "The transaction has ended already.");
}
