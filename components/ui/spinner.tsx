import { LoaderCircle } from "lucide-react";
import { cx } from "./cx";

/** A turning circle. With `label` it is announced as a status; without it is decoration beside a text that says the same. */
export function Spinner({ label, className }: { label?: string; className?: string }) {
  const circle = <LoaderCircle aria-hidden className={cx("size-4 shrink-0 animate-spin", className)} />;
  if (!label) return circle;
  return (
    <span role="status" className="inline-flex items-center gap-2 text-muted">
      {circle}
      {label}
    </span>
  );
}
