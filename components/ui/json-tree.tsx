"use client";

import { type KeyboardEvent, type MouseEvent, useEffect, useMemo, useRef, useState } from "react";
import { copyText } from "./copy-text";
import { JsonRowView, moreCharacters } from "./json-row";
import { copyableText, type JsonRow, keyMove, MORE_CHILDREN, STRING_START, visibleRows } from "./json-rows";

const COPIED_MS = 1_600;

export type JsonTreeProps = {
  value: unknown;
  label: string;
  /** JSON Pointers of what is open. */
  expanded: ReadonlySet<string>;
  onExpandedChange: (expanded: Set<string>) => void;
};

/** The lines of a JSON value, one Tab stop, moved through with the arrow keys. */
export function JsonTree({ value, label, expanded, onExpandedChange }: JsonTreeProps) {
  const tree = useRef<HTMLDivElement>(null);
  const [children, setChildren] = useState<ReadonlyMap<string, number>>(new Map());
  const [characters, setCharacters] = useState<ReadonlyMap<string, number>>(new Map());
  const [activePath, setActivePath] = useState("");
  const [copiedPath, setCopiedPath] = useState<string>();
  useEffect(() => {
    if (copiedPath === undefined) return;
    const timer = setTimeout(() => setCopiedPath(undefined), COPIED_MS);
    return () => clearTimeout(timer);
  }, [copiedPath]);
  const rows = useMemo(() => visibleRows(value, { expanded, children }), [value, expanded, children]);
  const activeIndex = Math.max(
    0,
    rows.findIndex((row) => row.path === activePath),
  );

  const lineOf = (path: string) => tree.current?.querySelector<HTMLElement>(`[data-path="${CSS.escape(path)}"]`);
  const toggle = (row: JsonRow) => {
    if (row.kind === "more") return setChildren(new Map(children).set(row.parent, row.shown + MORE_CHILDREN));
    const next = new Set(expanded);
    if (!next.delete(row.path)) next.add(row.path);
    onExpandedChange(next);
  };
  const showMore = (path: string) =>
    setCharacters(new Map(characters).set(path, moreCharacters(characters.get(path) ?? STRING_START)));

  const copy = async (row: JsonRow) => {
    if (row.kind === "more") return;
    if (await copyText(copyableText(row.value))) setCopiedPath(row.path);
  };

  const rowAt = (target: EventTarget) => {
    const path = target instanceof Element ? target.closest<HTMLElement>("[data-path]")?.dataset.path : undefined;
    return rows.find((row) => row.path === path);
  };
  const onClick = (event: MouseEvent) => {
    const row = rowAt(event.target);
    const button = (event.target as Element).closest("button");
    if (!row) return;
    if (button?.hasAttribute("data-copy")) void copy(row);
    else if (button?.hasAttribute("data-more-text")) showMore(row.path);
    else if (row.kind === "more" || row.size > 0) toggle(row);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const row = rows[activeIndex];
    if (!row || event.target !== lineOf(row.path) || event.altKey) return;
    if (event.ctrlKey || event.metaKey) {
      // With text selected the browser copies that.
      if (event.key === "c" && getSelection()?.isCollapsed) void copy(row);
      return;
    }
    const move = keyMove(event.key, rows, activeIndex);
    if (!move) return;
    event.preventDefault();
    if (move.kind === "focus") lineOf(move.row.path)?.focus();
    else if (move.kind === "toggle") toggle(row);
    else showMore(row.path);
  };

  return (
    <>
      <div
        ref={tree}
        role="tree"
        aria-label={label}
        tabIndex={-1}
        onClick={onClick}
        onKeyDown={onKeyDown}
        onFocus={(event) => setActivePath(rowAt(event.target)?.path ?? activePath)}
        className="max-h-120 overflow-auto p-1 font-mono text-sm scroll-thin"
      >
        {rows.map((row, index) => (
          <JsonRowView
            key={row.path}
            row={row}
            active={index === activeIndex}
            characters={characters.get(row.path) ?? STRING_START}
            copied={row.path === copiedPath}
          />
        ))}
      </div>
      <span role="status" className="sr-only">
        {copiedPath !== undefined && "Copied"}
      </span>
    </>
  );
}
