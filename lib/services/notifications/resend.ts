import type { NotificationView } from "@/lib/contracts/alarms";
import { isUuid } from "@/lib/core/uuid7-range";
import { readNow } from "@/lib/queue/delete-old";
import { type Context, requireBuilder } from "../context";
import { notFound, ServiceError } from "../errors";
import { openAccounts } from "./list";
import { toNotificationView } from "./view";

/**
 * Sends a notification again, at once and with all its attempts anew; its id stays, so that a target can tell it is the
 * same. Throws `not_found`, `forbidden`, and `conflict` while it is being sent or when its target was removed.
 */
export async function resendNotification(ctx: Context, id: string): Promise<NotificationView> {
  const known = isUuid(id) ? await ctx.db.notification.findFirst({ where: { id, ...openAccounts(ctx) } }) : null;
  if (!known) throw notFound("notification");
  requireBuilder(ctx);
  const target = await ctx.db.alarmTarget.findUnique({ where: { id: known.targetId }, select: { id: true } });
  if (!target)
    throw new ServiceError("conflict", `${known.address} is not told any more. Add it again to send it something.`);
  const now = await readNow(ctx.pool);
  const [row] = await ctx.db.notification.updateManyAndReturn({
    where: { id: known.id, OR: [{ lockedUntil: null }, { lockedUntil: { lte: now } }] },
    data: { status: "WAITING", nextAttemptAt: now, tries: 0, lockedUntil: null, claim: { increment: 1 } },
  });
  if (!row) throw new ServiceError("conflict", "It is being sent right now. Look again in a moment.");
  return toNotificationView(row);
}
