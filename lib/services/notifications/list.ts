import type { NotificationPage, NotificationQuery } from "@/lib/contracts/alarms";
import { isUuid } from "@/lib/core/uuid7-range";
import { enterAccount } from "../accounts/enter";
import type { Context } from "../context";
import { requireCursor } from "../cursor";
import { kindOf, statusOf, toNotificationView } from "./view";

/** The accounts that whoever asks may enter, as a condition. */
export const openAccounts = ({ partnerId, accounts }: Context) => ({
  account: { partnerId, deletedAt: null },
  ...(accounts === "all" ? {} : { accountId: { in: [...accounts] } }),
});

/**
 * What was sent for the accounts that whoever asks may enter, or for one of them, newest first, a page at a time. Throws
 * `not_found` for an account that isn't open, and `invalid` for a foreign cursor.
 */
export async function listNotifications(ctx: Context, query: NotificationQuery): Promise<NotificationPage> {
  const { accountId, webhookId, status, kind, limit } = query;
  const before = requireCursor(query.cursor, isUuid);
  const inAccount = accountId && (await enterAccount(ctx, accountId)).accountId;
  const rows = await ctx.db.notification.findMany({
    where: {
      ...(inAccount ? { accountId: inAccount } : openAccounts(ctx)),
      webhookId,
      status: status && statusOf[status],
      kind: kind && kindOf[kind],
      ...(before ? { id: { lt: before } } : {}),
    },
    orderBy: { id: "desc" },
    take: limit + 1,
  });
  const page = rows.slice(0, limit);
  return { entries: page.map(toNotificationView), next: rows.length > limit ? page.at(-1)!.id : null };
}
