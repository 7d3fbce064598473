"use client";

import { type ReactNode, useState } from "react";
import { formatBytes } from "@/lib/core/format";
import { CopyButton } from "./copy-button";
import { cx } from "./cx";

/** More than this is cut until asked for: a browser is slow with a very long text. */
const CUT_AT = 20_000;

export type CodeBlockProps = {
  code: string;
  /** What it is: "curl", "Response body". Shown, and named by the copy button. */
  label: string;
  /** Breaks long lines instead of scrolling sideways. */
  wrap?: boolean;
  actions?: ReactNode;
  className?: string;
};

/** Text in monospace with a copy button: a command, a raw body, a header block. */
export function CodeBlock({ code, label, wrap = false, actions, className }: CodeBlockProps) {
  const [whole, setWhole] = useState(false);
  const cut = !whole && code.length > CUT_AT;
  return (
    <figure className={cx("min-w-0 rounded-md border bg-surface", className)}>
      <figcaption className="flex min-h-9 items-center gap-1 border-b py-1 pr-1.5 pl-3">
        <span className="min-w-0 flex-1 truncate text-sm font-medium">{label}</span>
        {actions}
        <CopyButton value={code} what={label} label="Copy" variant="ghost" />
      </figcaption>
      <pre
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        tabIndex={0}
        className={cx(
          "focus-inset max-h-120 overflow-auto rounded-b-md px-3 py-2 font-mono text-sm scroll-thin",
          wrap && "break-words whitespace-pre-wrap",
        )}
      >
        <code>{cut ? code.slice(0, CUT_AT) : code}</code>
      </pre>
      {cut && (
        <button
          type="button"
          onClick={() => setWhole(true)}
          className="focus-inset block w-full border-t px-3 py-1.5 text-left text-sm text-accent-fg hover:bg-hover"
        >
          Show all of {formatBytes(code.length)}
        </button>
      )}
    </figure>
  );
}
