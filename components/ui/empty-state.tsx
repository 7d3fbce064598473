import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";
import { cx } from "./cx";

export type EmptyStateProps = {
  icon: LucideIcon;
  /** What is so: "No cycles yet". */
  title: string;
  /** What to do next. */
  children?: ReactNode;
  /** One or two buttons. */
  action?: ReactNode;
  /** h2 unless the page has another order. */
  as?: "h1" | "h2" | "h3" | "p";
  className?: string;
};

/** What stands where a list would be: what is so, what to do next, and the button for it. */
export function EmptyState({ icon: Icon, title, children, action, as: Title = "h2", className }: EmptyStateProps) {
  return (
    <div className={cx("flex flex-col items-center gap-1 px-4 py-12 text-center", className)}>
      <span className="mb-2 grid size-10 place-items-center rounded-md border bg-surface text-muted">
        <Icon aria-hidden className="size-5" />
      </span>
      <Title className="text-base font-semibold">{title}</Title>
      {children && <div className="max-w-100 text-muted text-pretty">{children}</div>}
      {action && <div className="mt-3 flex flex-wrap justify-center gap-2">{action}</div>}
    </div>
  );
}
