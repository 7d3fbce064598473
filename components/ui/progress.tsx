import { cx } from "./cx";

export type ProgressProps = {
  /** What is under way: "Importing cycles". */
  label: string;
  /** 0 to `max`; leave out while the end is not known. */
  value?: number;
  max?: number;
  className?: string;
};

/** A thin bar that fills. */
export function Progress({ label, value, max = 100, className }: ProgressProps) {
  const known = value !== undefined;
  const percent = known ? Math.min(100, Math.max(0, (value / max) * 100)) : 100;
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuemin={known ? 0 : undefined}
      aria-valuemax={known ? max : undefined}
      aria-valuenow={value}
      className={cx("h-1.5 overflow-hidden rounded-full border border-edge bg-subtle", className)}
    >
      <div
        className={cx("h-full bg-accent transition-[width]", !known && "animate-pulse")}
        style={{ width: `${percent}%` }}
      />
    </div>
  );
}
