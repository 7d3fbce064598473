"use client";

import { ChevronRight, Copy } from "lucide-react";
import { memo } from "react";
import { formatBytes } from "@/lib/core/format";
import { isRedacted } from "@/lib/core/redacted";
import { cx } from "./cx";
import { type JsonRow, MORE_CHILDREN, STRING_START, STRING_STEP } from "./json-rows";
import { Redacted } from "./redacted";

export type JsonRowProps = {
  row: JsonRow;
  /** The one row of the tree that Tab reaches. */
  active: boolean;
  /** How many characters of this string are in sight. */
  characters: number;
  /** Says "Copied" at the end of the line. */
  copied: boolean;
};

/** One line of a JSON tree. The tree around it listens to its clicks and keys, so that a thousand lines stay quick. */
export const JsonRowView = memo(function JsonRowView({ row, active, characters, copied }: JsonRowProps) {
  const expandable = row.kind === "node" && row.size > 0;
  return (
    <div
      role="treeitem"
      data-path={row.path}
      aria-level={row.depth + 1}
      aria-expanded={expandable ? row.expanded : undefined}
      aria-posinset={row.kind === "node" ? row.position : undefined}
      aria-setsize={row.kind === "node" ? row.siblings : undefined}
      aria-selected={active}
      tabIndex={active ? 0 : -1}
      style={{ paddingLeft: `${row.depth + 0.25}rem` }}
      className={cx(
        "focus-inset group relative flex min-h-6 items-start gap-1 rounded-sm pr-8 leading-6 hover:bg-hover",
        (expandable || row.kind === "more") && "cursor-pointer",
      )}
    >
      {row.kind === "more" ? (
        <span className="pl-4 text-accent-fg">
          Show {Math.min(row.total - row.shown, MORE_CHILDREN).toLocaleString("en")} more of{" "}
          {row.total.toLocaleString("en")}
        </span>
      ) : (
        <>
          <ChevronRight
            aria-hidden
            className={cx(
              "mt-1.25 size-3.5 shrink-0 text-muted transition-transform",
              row.expanded && "rotate-90",
              !expandable && "invisible",
            )}
          />
          <div className="min-w-0 flex-1 break-words">
            {row.name !== null && (
              <span className={typeof row.name === "number" ? "text-faint" : "text-code-key"}>{row.name}</span>
            )}
            {row.name !== null && <span className="text-faint">: </span>}
            <JsonValue value={row.value} size={row.size} characters={characters} />
          </div>
          <button
            type="button"
            data-copy
            tabIndex={-1}
            aria-label="Copy value"
            title="Copy value (Ctrl C)"
            className={cx(
              "absolute top-0 right-1 flex h-6 min-w-6 items-center justify-center gap-1 rounded-sm bg-hover px-1 font-sans text-xs text-muted hover:text-fg",
              !copied && "opacity-0 group-hover:opacity-100 group-focus-visible:opacity-100",
            )}
          >
            {copied && "Copied"}
            <Copy aria-hidden className="size-3.5" />
          </button>
        </>
      )}
    </div>
  );
});

type JsonValueProps = { value: unknown; size: number; characters: number };

function JsonValue({ value, size, characters }: JsonValueProps) {
  if (typeof value === "string") {
    return <JsonString text={value} characters={characters} />;
  }
  if (Array.isArray(value))
    return <span className="text-muted">{size === 0 ? "[ ]" : `[ ${counted(size, "item")} ]`}</span>;
  if (typeof value === "object" && value !== null) {
    return <span className="text-muted">{size === 0 ? "{ }" : `{ ${counted(size, "field")} }`}</span>;
  }
  const isNumber = typeof value === "number" || typeof value === "bigint";
  return <span className={isNumber ? "text-code-number" : "text-code-keyword"}>{String(value)}</span>;
}

function JsonString({ text, characters }: { text: string; characters: number }) {
  const hidden = text.length - characters;
  if (isRedacted(text))
    return (
      <span className="text-code-string">
        <Redacted text={text} />
      </span>
    );
  return (
    <span className="text-code-string">
      {JSON.stringify(hidden > 0 ? text.slice(0, characters) : text)}
      {hidden > 0 && (
        <button
          type="button"
          tabIndex={-1}
          data-more-text
          className="ml-1 inline-flex h-6 items-center rounded-sm px-1 font-sans text-accent-fg hover:underline"
        >
          {hidden > STRING_STEP ? `Show ${formatBytes(STRING_STEP)} more` : "Show all"} of {formatBytes(text.length)}
        </button>
      )}
    </span>
  );
}

function counted(count: number, noun: string): string {
  return `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;
}

/** How many characters are in sight after asking for more. */
export function moreCharacters(shown: number): number {
  return shown <= STRING_START ? STRING_STEP : shown + STRING_STEP;
}
