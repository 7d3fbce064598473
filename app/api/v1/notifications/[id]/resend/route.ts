import type { NotificationView } from "@/lib/contracts/alarms";
import { withContext } from "@/lib/http/route";
import { resendNotification } from "@/lib/services/notifications/resend";

export const POST = withContext<{ id: string }>(async ({ params, ctx }) =>
  Response.json((await resendNotification(ctx, params.id)) satisfies NotificationView),
);
