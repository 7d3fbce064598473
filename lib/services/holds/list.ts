import type { HoldView } from "@/lib/contracts/incidents";
import { listHolds } from "@/lib/queue/list-holds";
import { enterAccount } from "../accounts/enter";
import type { Context } from "../context";
import { openAccountIds } from "./find";
import { toHoldViews } from "./view";

/** Holds that have not ended, of one account or of all that are open to whoever asks, oldest first. Throws `not_found`. */
export async function listOpenHolds(ctx: Context, { accountId }: { accountId?: string }): Promise<HoldView[]> {
  const { pool, partnerId } = ctx;
  const accountIds = accountId ? [(await enterAccount(ctx, accountId)).accountId] : openAccountIds(ctx);
  return toHoldViews(ctx, await listHolds(pool, { partnerId, accountIds }));
}
