"use client";

import { CopyButton } from "./copy-button";
import { cx } from "./cx";

export type IdentifierProps = {
  value: string;
  /** What it is, for a screen reader: "transaction id", "webhook URL". */
  what: string;
  /** Characters kept at the end when there is no room for all. */
  tail?: number;
  /** Leaves the copy button out, e.g. inside a link. */
  plain?: boolean;
  className?: string;
};

/** An id or a URL in monospace with a copy button. Where room is short the middle is left out; the title has it whole. */
export function Identifier({ value, what, tail = 6, plain, className }: IdentifierProps) {
  const cut = Math.max(0, value.length - tail);
  return (
    <span className={cx("inline-flex max-w-full min-w-0 items-center gap-1 font-mono text-sm", className)}>
      <span title={value} className="flex min-w-0">
        <span className="truncate whitespace-pre">{value.slice(0, cut)}</span>
        <span className="shrink-0 whitespace-pre">{value.slice(cut)}</span>
      </span>
      {!plain && <CopyButton value={value} what={what} className="relative z-1" />}
    </span>
  );
}
