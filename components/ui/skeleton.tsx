import { cx } from "./cx";

/** A grey shape where something is loading. Give it the size of what comes: `h-4 w-32`. */
export function Skeleton({ className }: { className?: string }) {
  return <span aria-hidden className={cx("block animate-pulse rounded-sm bg-hover", className)} />;
}

/** Several loading lines of different length, announced once as "Loading". */
export function SkeletonLines({ lines = 4, className }: { lines?: number; className?: string }) {
  const widths = ["w-3/4", "w-1/2", "w-2/3", "w-5/6", "w-2/5"];
  return (
    <div role="status" className={cx("flex flex-col gap-3", className)}>
      <span className="sr-only">Loading</span>
      {Array.from({ length: lines }, (_, line) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the lines have no other identity
        <Skeleton key={line} className={cx("h-4", widths[line % widths.length])} />
      ))}
    </div>
  );
}
