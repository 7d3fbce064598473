import type { HoldView } from "@/lib/contracts/incidents";
import { isUuid } from "@/lib/core/uuid7-range";
import { type ListedHold, listHolds } from "@/lib/queue/list-holds";
import type { Context } from "../context";
import { notFound, ServiceError } from "../errors";
import { toHoldViews } from "./view";

/** Which accounts whoever asks may see holds of; undefined: all of the partner. */
export const openAccountIds = ({ accounts }: Context): readonly string[] | undefined =>
  accounts === "all" ? undefined : [...accounts];

/** A hold, also one that has ended. Throws `not_found`, also for one of an account that isn't open to whoever asks. */
export async function findHold(ctx: Context, id: string): Promise<ListedHold> {
  const { pool, partnerId } = ctx;
  const [hold] = isUuid(id) ? await listHolds(pool, { partnerId, accountIds: openAccountIds(ctx), id }) : [];
  if (!hold) throw notFound("hold");
  return hold;
}

/** The same as the API shows it. */
export async function getHold(ctx: Context, id: string): Promise<HoldView> {
  const [view] = await toHoldViews(ctx, [await findHold(ctx, id)]);
  return view!;
}

/** The error for a hold that is over. */
export const holdEnded = () => new ServiceError("conflict", "This hold has ended. Nothing is held by it any more.");
