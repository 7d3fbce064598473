import type { HoldView } from "@/lib/contracts/incidents";
import type { ListedHold } from "@/lib/queue/list-holds";
import type { Context } from "../context";
import { namesOfUsers } from "../users/name";

const time = (date: Date | null) => date?.toISOString() ?? null;

/** Holds as the API shows them. */
export async function toHoldViews(ctx: Context, holds: readonly ListedHold[]): Promise<HoldView[]> {
  const names = await namesOfUsers(
    ctx,
    holds.flatMap(({ heldBy, drainedBy, discardedBy }) => [heldBy, drainedBy, discardedBy]),
  );
  const nameOf = (id: string | null) => (id === null ? null : (names.get(id) ?? null));
  return holds.map((hold) => ({
    id: hold.id,
    account: { id: hold.accountId, name: hold.accountName },
    cycle: hold.cycleId === null ? null : { id: hold.cycleId, name: hold.cycleName ?? "" },
    webhook:
      hold.stepId === null || hold.webhookId === null
        ? null
        : { id: hold.webhookId, stepId: hold.stepId, name: hold.webhookName ?? hold.stepId },
    since: hold.since.toISOString(),
    heldBy: nameOf(hold.heldBy),
    held: hold.held,
    throughSeq: hold.throughSeq,
    draining: hold.drainingSince && {
      since: hold.drainingSince.toISOString(),
      by: nameOf(hold.drainedBy),
      perSecond: hold.drainPerSecond,
    },
    released: hold.released,
    discarding: hold.discarding,
    discarded: hold.discarded,
    lastDiscard: hold.discardedAt && { at: hold.discardedAt.toISOString(), by: nameOf(hold.discardedBy) },
    endedAt: time(hold.endedAt),
  }));
}
