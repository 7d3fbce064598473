"use client";

import { ChevronsDownUp, ChevronsUpDown } from "lucide-react";
import { type ReactNode, useState } from "react";
import { CopyButton } from "./copy-button";
import { cx } from "./cx";
import { IconButton } from "./icon-button";
import { copyableText, openingPaths } from "./json-rows";
import { JsonTree } from "./json-tree";

/** How many lines "Expand" opens at most: enough to read, not enough to freeze. */
const EXPAND_LINES = 1_000;

export type JsonViewProps = {
  /** A parsed JSON value. `undefined` is shown as "No value". */
  value: unknown;
  /** What it is: "Input", "Request body". Shown, and the name of the tree. */
  label: string;
  /** About how many lines are open at first. */
  openLines?: number;
  /** Buttons beside the copy button. */
  actions?: ReactNode;
  className?: string;
};

/**
 * A JSON value as a tree. Only the lines in sight are drawn, so that a value of megabytes opens at once. Arrow keys
 * move, Right and Left open and close, Enter opens or shows more, Ctrl C copies the value of the line.
 */
export function JsonView({ value, label, openLines = 40, actions, className }: JsonViewProps) {
  const [expanded, setExpanded] = useState(() => openingPaths(value, openLines));
  const [shownOf, setShownOf] = useState(value);
  if (shownOf !== value) {
    setShownOf(value);
    setExpanded(openingPaths(value, openLines));
  }
  const container = typeof value === "object" && value !== null;

  return (
    <div className={cx("min-w-0 rounded-md border bg-surface", className)}>
      <header className="flex min-h-9 items-center gap-1 border-b py-1 pr-1.5 pl-3">
        <p className="min-w-0 flex-1 truncate text-sm font-medium">{label}</p>
        {actions}
        {container && (
          <>
            <IconButton
              icon={ChevronsUpDown}
              label="Expand"
              size="sm"
              onClick={() => setExpanded(openingPaths(value, EXPAND_LINES))}
            />
            <IconButton icon={ChevronsDownUp} label="Collapse" size="sm" onClick={() => setExpanded(new Set())} />
          </>
        )}
        {value !== undefined && (
          <CopyButton value={() => copyableText(value)} what={label} label="Copy" variant="ghost" />
        )}
      </header>
      {value === undefined ? (
        <p className="px-3 py-2 text-muted">No value</p>
      ) : (
        <JsonTree value={value} label={label} expanded={expanded} onExpandedChange={setExpanded} />
      )}
    </div>
  );
}
