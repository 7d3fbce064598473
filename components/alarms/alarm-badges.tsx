"use client";

import { BellRing } from "lucide-react";
import { Badge } from "@/components/ui/badge";
import { useNow } from "@/components/ui/time-ago";
import type { RaisedAlarm } from "@/lib/contracts/alarms";
import { formatDuration } from "@/lib/core/format";

const HOUR_MS = 3_600_000;

/** What an alarm says in a few words: "Silent for 5 h", "62 % refused". */
export function alarmWords({ rule, since, percent }: RaisedAlarm, now: number): string {
  if (rule === "silence") {
    // Whole hours: a silence is measured in them.
    const silentMs = now - Date.parse(since);
    return `Silent for ${formatDuration(silentMs < HOUR_MS ? silentMs : silentMs - (silentMs % HOUR_MS))}`;
  }
  return `${percent} % ${rule}`;
}

/** The alarms of a webhook that are raised now; nothing when none is. */
export function AlarmBadges({ alarms }: { alarms: readonly RaisedAlarm[] }) {
  const now = useNow();
  return alarms.map((alarm) => (
    <Badge key={alarm.rule} tone="failed" icon={BellRing} title={`Since ${alarm.since}`}>
      {now === 0 ? "Alarm" : alarmWords(alarm, now)}
    </Badge>
  ));
}
