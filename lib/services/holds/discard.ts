import type { DiscardHeldInput, HoldView } from "@/lib/contracts/incidents";
import { discardHeld as discard } from "@/lib/queue/discard-held";
import { type Context, requireBuilder } from "../context";
import { ServiceError } from "../errors";
import { findHold, getHold, holdEnded } from "./find";

/**
 * Discards the held transactions that were counted: exactly those, also while more come in. Throws `not_found`, `forbidden`, and
 * `conflict` when their number has changed since, or the hold has ended.
 */
export async function discardHeld(ctx: Context, id: string, { held, throughSeq }: DiscardHeldInput): Promise<HoldView> {
  requireBuilder(ctx);
  const { accountId, endedAt } = await findHold(ctx, id);
  const wish = { id, accountId, count: held, throughSeq, discardedBy: ctx.userId };
  const asked = endedAt === null ? await discard(ctx.pool, wish) : "not-found";
  if (asked === "not-found") throw holdEnded();
  if (asked === "changed")
    throw new ServiceError(
      "conflict",
      `It is not ${held} any more that are held, so nothing was discarded. Look again.`,
    );
  return getHold(ctx, id);
}
