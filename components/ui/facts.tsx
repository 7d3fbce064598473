import type { ReactNode } from "react";

/** A few facts about one thing in a framed line that wraps: `Fact` elements. */
export function Facts({ children }: { children: ReactNode }) {
  return <dl className="flex flex-wrap gap-x-8 gap-y-3 rounded-md border bg-surface px-4 py-3">{children}</dl>;
}

/** One fact: its name in small above its value. */
export function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="min-w-0">
      <dt className="text-sm text-muted">{name}</dt>
      <dd className="min-w-0">{children}</dd>
    </div>
  );
}
