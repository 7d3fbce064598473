"use client";

import { type KeyboardEvent, useMemo, useRef, useState } from "react";
import { JsonRowView, moreCharacters } from "./json-row";
import { copyableText, type JsonRow, keyMove, MORE_CHILDREN, STRING_START, visibleRows } from "./json-rows";

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

  const onKeyDown = (event: KeyboardEvent) => {
    const row = rows[activeIndex];
    if (!row || event.target !== lineOf(row.path) || event.altKey) return;
    if (event.ctrlKey || event.metaKey) return event.key === "c" ? copyLine(row) : undefined;
    const move = keyMove(event.key, rows, activeIndex);
    if (!move) return;
    event.preventDefault();
    if (move.kind === "focus") lineOf(move.row.path)?.focus();
    else if (move.kind === "toggle") toggle(row);
    else showMore(row.path);
  };

  return (
    <div
      ref={tree}
      role="tree"
      aria-label={label}
      tabIndex={-1}
      onKeyDown={onKeyDown}
      className="max-h-120 overflow-auto p-1 font-mono text-sm scroll-thin"
    >
      {rows.map((row, index) => (
        <JsonRowView
          key={row.path}
          row={row}
          active={index === activeIndex}
          characters={characters.get(row.path) ?? STRING_START}
          onToggle={() => toggle(row)}
          onMoreCharacters={() => showMore(row.path)}
          onFocus={() => setActivePath(row.path)}
        />
      ))}
    </div>
  );
}

/** Copies the line's value, unless some text is selected: then the browser copies that. */
function copyLine(row: JsonRow) {
  if (row.kind === "more" || !getSelection()?.isCollapsed) return;
  void navigator.clipboard?.writeText(copyableText(row.value));
}
