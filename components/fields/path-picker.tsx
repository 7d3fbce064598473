"use client";
import { ChevronDown, ChevronRight } from "lucide-react";
import { type KeyboardEvent, useEffect, useId, useMemo, useRef, useState } from "react";
import { cx } from "@/components/ui/cx";
import { controlClass } from "@/components/ui/input";
import type { Variable } from "@/lib/core/graph";
import { VARIABLE_STEP_ID } from "@/lib/core/merge-text";
import type { Path } from "@/lib/core/path";
import { useFieldScope } from "./field-scope";
import { type PathRow, pathRows, rowKey } from "./path-rows";
import { StepIcon } from "./step-icons";
import { shortJson } from "./value-preview";

export type PathPickerProps = {
  /** `stepId` is `var` for a cycle variable. */
  onPick: (stepId: string, path: Path) => void;
  /** Offers the cycle's variables as well. */
  withVariables?: boolean;
  /** Where the list begins. */
  current?: { stepId: string; path: Path };
};

/**
 * The fields of the earlier steps with their values in the sample, as a tree to search. The text box keeps the focus: Up and
 * Down move, Right and Left open and close, Enter takes the field.
 */
export function PathPicker({ onPick, withVariables = false, current }: PathPickerProps) {
  const id = useId();
  const list = useRef<HTMLDivElement>(null);
  const { sources, samplesPending, names, variables } = useFieldScope();
  const [search, setSearch] = useState("");
  const [entered, setEntered] = useState(false);
  const [toggled, setToggled] = useState<ReadonlySet<string>>(new Set());
  const [activeKey, setActiveKey] = useState(current ? rowKey(current.stepId, current.path) : undefined);
  const rows = useMemo(
    () => [
      ...pathRows({ sources, bodyFirst: names.bodyFirst, toggled, search }),
      ...(withVariables ? variableRows(variables, search) : []),
    ],
    [sources, names, toggled, search, variables, withVariables],
  );
  const pickable = rows.filter((row) => row.depth > 0 || row.kind !== "null");
  const active = rows.find((row) => row.key === activeKey) ?? rows.find((row) => row.depth > 0) ?? rows[0];
  const pick = active && pickable.includes(active) ? () => onPick(active.stepId, active.path) : undefined;

  // Enter came before the samples: it takes what they bring to the top.
  useEffect(() => {
    if (!entered || samplesPending) return;
    setEntered(false);
    pick?.();
  }, [entered, samplesPending, pick]);

  useEffect(() => {
    if (active)
      list.current?.querySelector(`[id="${CSS.escape(`${id} ${active.key}`)}"]`)?.scrollIntoView({ block: "nearest" });
  }, [active, id]);

  const toggle = (row: PathRow) => {
    const next = new Set(toggled);
    if (!next.delete(row.key)) next.add(row.key);
    setToggled(next);
  };
  const move = (by: number) => {
    const next = rows[Math.min(rows.length - 1, Math.max(0, (active ? rows.indexOf(active) : -1) + by))];
    if (next) setActiveKey(next.key);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const act = keyAction(event.key, {
      move,
      toggle: active?.expandable ? (open) => active.open !== open && toggle(active) : undefined,
      pick: samplesPending ? () => setEntered(true) : pick,
    });
    if (!act) return;
    event.preventDefault();
    act();
  };

  return (
    <div className="flex flex-col gap-2">
      <input
        type="text"
        role="combobox"
        aria-expanded
        aria-controls={`${id}-list`}
        aria-activedescendant={active ? `${id} ${active.key}` : undefined}
        aria-label="Search fields"
        placeholder="Search fields, or type a path…"
        autoComplete="off"
        spellCheck={false}
        // biome-ignore lint/a11y/noAutofocus: the picker opens to be searched
        autoFocus
        value={search}
        onChange={(event) => {
          setSearch(event.target.value);
          setActiveKey(undefined);
          setEntered(false);
        }}
        onKeyDown={onKeyDown}
        className={cx(controlClass, "h-8 px-2.5")}
      />
      <div
        ref={list}
        id={`${id}-list`}
        role="listbox"
        aria-label="Fields"
        tabIndex={-1}
        className="max-h-80 overflow-y-auto scroll-thin"
      >
        {rows.map((row) => (
          <PathRowView
            key={row.key}
            id={`${id} ${row.key}`}
            row={row}
            active={row === active}
            type={sources.find((source) => source.stepId === row.stepId)?.type}
            origin={row.depth === 0 ? sources.find((source) => source.stepId === row.stepId)?.origin : undefined}
            onToggle={() => toggle(row)}
            onPick={() => (pickable.includes(row) ? onPick(row.stepId, row.path) : toggle(row))}
          />
        ))}
      </div>
      {rows.length === 0 && (
        <p className="px-1 pb-1 text-sm text-muted">
          {sources.length === 0
            ? "No step comes before this one. Connect it first."
            : samplesPending
              ? "Loading the samples…"
              : `No field has “${search}” in it. Type a whole path, such as order.lines[0].sku, to use it anyway.`}
        </p>
      )}
    </div>
  );
}

type KeyActions = { move: (by: number) => void; toggle?: (open: boolean) => void; pick?: () => void };

function keyAction(key: string, { move, toggle, pick }: KeyActions): (() => void) | undefined {
  if (key === "Enter") return pick;
  if (key === "ArrowRight" || key === "ArrowLeft") return toggle && (() => toggle(key === "ArrowRight"));
  const by = new Map([
    ["ArrowDown", 1],
    ["ArrowUp", -1],
    ["PageDown", 10],
    ["PageUp", -10],
  ]).get(key);
  return by === undefined ? undefined : () => move(by);
}

type PathRowViewProps = {
  id: string;
  row: PathRow;
  active: boolean;
  type: string | undefined;
  origin: string | undefined;
  onToggle: () => void;
  onPick: () => void;
};

function PathRowView({ id, row, active, type, origin, onToggle, onPick }: PathRowViewProps) {
  const Chevron = row.open ? ChevronDown : ChevronRight;
  const isLeaf = row.kind !== "object" && row.kind !== "list";
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are those of the text box that controls the list
    <div
      id={id}
      role="option"
      aria-selected={active}
      tabIndex={-1}
      onClick={onPick}
      style={{ paddingLeft: row.depth * 14 }}
      className={cx(
        "flex min-h-7 cursor-pointer items-center gap-1 rounded-sm pr-2 text-sm hover:bg-hover",
        active && "bg-hover outline-1 -outline-offset-1 outline-accent-line",
        row.depth === 0 && "sticky top-0 z-1 bg-raised font-medium",
      )}
    >
      <span
        aria-hidden
        className="grid size-6 shrink-0 place-items-center text-muted"
        onClick={(event) => {
          if (!row.expandable) return;
          event.stopPropagation();
          onToggle();
        }}
      >
        {row.expandable && <Chevron className="size-3.5" />}
      </span>
      {row.depth === 0 && type && <StepIcon type={type} size="sm" />}
      <span
        title={row.label}
        className={cx("min-w-0 truncate", row.depth > 0 && "shrink-0 max-w-3/5", row.depth === 0 && "ml-1")}
      >
        {row.label}
      </span>
      {row.depth > 0 && (
        <span className="ml-auto min-w-0 truncate pl-2 font-mono text-xs text-muted">
          {row.value === undefined ? "not in this sample" : isLeaf ? shortJson(row.value) : summary(row)}
        </span>
      )}
      {origin && <span className="ml-auto shrink-0 pl-2 text-xs font-normal text-muted">{origin}</span>}
    </div>
  );
}

function summary({ kind, value }: PathRow): string {
  const size = typeof value === "object" && value !== null ? Object.keys(value).length : 0;
  return kind === "list" ? `${size} ${size === 1 ? "item" : "items"}` : `${size} ${size === 1 ? "field" : "fields"}`;
}

function variableRows(variables: readonly Variable[], search: string): PathRow[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const found = variables.filter(({ name, value }) =>
    words.every((word) => `variable ${name} ${value}`.toLowerCase().includes(word)),
  );
  if (found.length === 0) return [];
  const row = (path: Path, label: string, depth: number, value?: string): PathRow => ({
    key: rowKey(VARIABLE_STEP_ID, path),
    stepId: VARIABLE_STEP_ID,
    path,
    label,
    depth,
    kind: value === undefined ? "null" : "text",
    value,
    expandable: false,
    open: true,
  });
  return [row([], "Variables", 0), ...found.map(({ name, value }) => row([name], name, 1, value))];
}
