import { CircleCheck, CircleX, Clock3 } from "lucide-react";
import { Badge, type Tone } from "@/components/ui/badge";
import type { NotificationKindName, NotificationStatusName } from "@/lib/contracts/alarms";

/** What became of a notification, in words. */
export const statusLabels: Record<NotificationStatusName, string> = {
  waiting: "To be sent",
  sent: "Sent",
  failed: "Given up",
};

/** What a notification is about, in words. */
export const kindLabels: Record<NotificationKindName, string> = {
  raised: "Alarm",
  reminder: "Reminder",
  resolved: "All clear",
  test: "Test",
};

const looks: Record<NotificationStatusName, { tone: Tone; icon: typeof Clock3 }> = {
  waiting: { tone: "waiting", icon: Clock3 },
  sent: { tone: "ok", icon: CircleCheck },
  failed: { tone: "failed", icon: CircleX },
};

/** What became of a notification. */
export function NotificationStatus({ status }: { status: NotificationStatusName }) {
  return <Badge {...looks[status]}>{statusLabels[status]}</Badge>;
}
