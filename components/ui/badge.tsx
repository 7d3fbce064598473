import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";
import { cx } from "./cx";

export type Tone = "ok" | "waiting" | "failed" | "info" | "idle";

/** Text and background of each meaning. */
export const toneClass: Record<Tone, string> = {
  ok: "bg-ok-bg text-ok-fg",
  waiting: "bg-waiting-bg text-waiting-fg",
  failed: "bg-failed-bg text-failed-fg",
  info: "bg-info-bg text-info-fg",
  idle: "bg-idle-bg text-idle-fg",
};

export type BadgeProps = {
  tone?: Tone;
  icon?: LucideIcon;
  title?: string;
  className?: string;
  children: ReactNode;
};

/** A word with a meaning. The word says it; colour and icon only repeat it. */
export function Badge({ tone = "idle", icon: Icon, title, className, children }: BadgeProps) {
  return (
    <span
      title={title}
      className={cx(
        "inline-flex h-5 max-w-full shrink-0 items-center gap-1 rounded-sm px-1.5 align-middle text-xs font-medium whitespace-nowrap",
        toneClass[tone],
        className,
      )}
    >
      {Icon && <Icon aria-hidden className="size-3.5 shrink-0" />}
      <span className="truncate">{children}</span>
    </span>
  );
}
