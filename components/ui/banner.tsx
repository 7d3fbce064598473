import { CircleAlert, CircleCheck, Info, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { cx } from "./cx";

const tones = {
  info: { className: "border-info-line bg-info-bg", iconClass: "text-info-fg", icon: Info, word: "Note" },
  warn: {
    className: "border-waiting-line bg-waiting-bg",
    iconClass: "text-waiting-fg",
    icon: TriangleAlert,
    word: "Warning",
  },
  error: {
    className: "border-failed-line bg-failed-bg",
    iconClass: "text-failed-fg",
    icon: CircleAlert,
    word: "Error",
  },
  ok: { className: "border-ok-line bg-ok-bg", iconClass: "text-ok-fg", icon: CircleCheck, word: "Done" },
};

export type BannerProps = {
  tone?: keyof typeof tones;
  title?: ReactNode;
  /** Buttons at the right end. */
  action?: ReactNode;
  className?: string;
  children?: ReactNode;
};

/** A message about the page or the panel it stands in. Warnings and errors are announced when they appear. */
export function Banner({ tone = "info", title, action, className, children }: BannerProps) {
  const { icon: Icon, ...look } = tones[tone];
  return (
    <div
      role={tone === "error" ? "alert" : tone === "warn" ? "status" : undefined}
      className={cx(
        "flex flex-wrap items-start gap-x-3 gap-y-2 rounded-md border px-3 py-2 text-fg",
        look.className,
        className,
      )}
    >
      <Icon aria-label={look.word} role="img" className={cx("mt-0.5 size-4 shrink-0", look.iconClass)} />
      <div className="min-w-0 flex-1 basis-48 break-words">
        {title && <p className="font-medium">{title}</p>}
        {children}
      </div>
      {action && <div className="flex shrink-0 gap-2">{action}</div>}
    </div>
  );
}
