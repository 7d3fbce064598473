import { type NotificationPage, NotificationQuery } from "@/lib/contracts/alarms";
import { withContext } from "@/lib/http/route";
import { listNotifications } from "@/lib/services/notifications/list";

export const GET = withContext(async ({ query, ctx }) =>
  Response.json((await listNotifications(ctx, NotificationQuery.parse(query))) satisfies NotificationPage),
);
