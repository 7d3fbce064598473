import {
  Ban,
  CircleCheck,
  CircleDashed,
  CircleDot,
  CirclePause,
  CirclePlay,
  CircleStop,
  CircleX,
  Clock,
  Hourglass,
  type LucideIcon,
  TimerOff,
  Trash2,
} from "lucide-react";
import { Badge, type Tone } from "./badge";
import { cx } from "./cx";

const statuses = {
  // of a cycle
  running: { label: "Running", tone: "ok", icon: CirclePlay },
  stopped: { label: "Stopped", tone: "idle", icon: CircleStop },
  "never-started": { label: "Never started", tone: "idle", icon: CircleDashed },
  finishing: { label: "Finishing", tone: "waiting", icon: Hourglass },
  // of a transaction; "running" is shared
  queued: { label: "Queued", tone: "info", icon: CircleDot },
  waiting: { label: "Waiting", tone: "waiting", icon: Clock },
  held: { label: "Held", tone: "waiting", icon: CirclePause },
  completed: { label: "Completed", tone: "ok", icon: CircleCheck },
  failed: { label: "Failed", tone: "failed", icon: CircleX },
  cancelled: { label: "Cancelled", tone: "idle", icon: Ban },
  discarded: { label: "Discarded", tone: "idle", icon: Trash2 },
  expired: { label: "Expired", tone: "failed", icon: TimerOff },
} as const satisfies Record<string, { label: string; tone: Tone; icon: LucideIcon }>;

/** The state of a cycle or of a transaction, as it is written in URLs. */
export type Status = keyof typeof statuses;

/** The word, meaning and icon of a state, for other places than a badge: a filter, a step on the canvas. */
export function statusLook(status: Status): { label: string; tone: Tone; icon: LucideIcon } {
  return statuses[status];
}

const iconTone: Record<Tone, string> = {
  ok: "text-ok-fg",
  waiting: "text-waiting-fg",
  failed: "text-failed-fg",
  info: "text-info-fg",
  idle: "text-idle-fg",
};

export type StatusBadgeProps = {
  status: Status;
  /** More than the word: "Failed at Create invoice". */
  children?: string;
  title?: string;
  /** Without background, for rows where every line has one. */
  quiet?: boolean;
};

/** A state as an icon and a word. */
export function StatusBadge({ status, children, title, quiet = false }: StatusBadgeProps) {
  const { label, tone, icon: Icon } = statuses[status];
  if (!quiet) {
    return (
      <Badge tone={tone} icon={Icon} title={title}>
        {children ?? label}
      </Badge>
    );
  }
  return (
    <span title={title} className="inline-flex max-w-full min-w-0 items-center gap-1.5 align-bottom whitespace-nowrap">
      <Icon aria-hidden className={cx("size-4 shrink-0", iconTone[tone])} />
      <span className="truncate">{children ?? label}</span>
    </span>
  );
}
