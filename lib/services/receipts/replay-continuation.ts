import type { EditedRequest } from "@/lib/contracts/replays";
import type { Json } from "@/lib/core/json";
import { matchValue } from "@/lib/core/match-value";
import { readPath } from "@/lib/core/path";
import { continueByHand, findMatch } from "@/lib/queue/continue";
import { matchKey } from "@/lib/queue/match-key";
import type { AccountContext } from "../context";
import { ServiceError } from "../errors";
import type { ReplayTarget } from "./replay-target";

type Replayed = { receipt: { id: string }; target: ReplayTarget; data: Json };

/**
 * Continues the newest Transaction that a request to a mid-cycle webhook matches, with its data, on the Transaction's own version.
 * Throws `conflict` when there is none.
 *
 * @returns the Transaction's id
 */
export async function continueByReplay(
  ctx: AccountContext,
  { receipt, target, data }: Replayed,
  { checked, request }: { checked: boolean; request?: EditedRequest },
): Promise<string> {
  const { cycleId, stepId, midCycle } = target;
  const value = midCycle?.incoming ? matchValue(readPath(data, midCycle.incoming)) : null;
  if (value === null) throw new ServiceError("conflict", "It has no value where the webhook's mapping looks for one.");
  const transactionId = await findMatch(ctx.pool, { cycleId, stepId, value: matchKey(value) });
  const { accountId, userId } = ctx;
  const replay = { receiptId: receipt.id, accountId, checked, edited: request !== undefined };
  const continuation =
    transactionId &&
    (await continueByHand(ctx.pool, { transactionId, stepId, input: JSON.stringify(data), userId, replay }));
  if (!transactionId || !continuation)
    throw new ServiceError("conflict", "No transaction that has come to this webhook carries its value.");
  return transactionId;
}
