import { type Json, jsonToText } from "@/lib/core/json";
import { formatPath, type JsonKind, kindOf, listPaths, type Path, parsePath, readPath } from "@/lib/core/path";
import type { FieldSource } from "./field-scope";

/** One line of the path picker: a field of an earlier step, or the step itself. */
export type PathRow = {
  key: string;
  stepId: string;
  path: Path;
  label: string;
  /** 0 for a step. */
  depth: number;
  kind: JsonKind;
  value: Json | undefined;
  expandable: boolean;
  open: boolean;
};

export const rowKey = (stepId: string, path: Path): string => `${stepId} ${JSON.stringify(path)}`;

/** How many fields of one step the picker lists at most; the rest is found by searching. */
const MOST_ROWS = 400;
const OPEN_DEPTH = 2;
const CLOSED_AT_FIRST = new Set(["headers", "query"]);

type Listed = { path: Path; kind: JsonKind; value: Json; depth: number; label: string; openAtFirst: boolean };

/** The fields of a step in the order of the picker: of a webhook the body's first, then query and headers. */
function listFields({ sample }: FieldSource, bodyFirst: boolean): Listed[] {
  if (sample === undefined) return [];
  const entries = listPaths(sample, { maxItems: 3_000 });
  const listed = entries.map(({ path, kind, sample: value }): Listed => {
    const shown = bodyFirst && path[0] === "body" ? path.slice(1) : path;
    const last = path.at(-1);
    return {
      path,
      kind,
      value,
      depth: Math.max(1, shown.length),
      label: shown.length === 0 ? "whole body" : typeof last === "number" ? `[${last}]` : (last ?? ""),
      openAtFirst: shown.length < OPEN_DEPTH && !(path.length === 1 && CLOSED_AT_FIRST.has(String(path[0]))),
    };
  });
  if (!bodyFirst) return listed;
  return [...listed.filter(({ path }) => path[0] === "body"), ...listed.filter(({ path }) => path[0] !== "body")];
}

const isContainer = (value: Json | undefined) =>
  typeof value === "object" && value !== null && Object.keys(value).length > 0;

export type RowOptions = {
  sources: readonly FieldSource[];
  bodyFirst: ReadonlySet<string>;
  /** Keys of rows that were opened or closed by hand. */
  toggled: ReadonlySet<string>;
  search: string;
};

/** The lines of the picker: a tree, or, while something is searched for, all fields that fit with their whole path. */
export function pathRows({ sources, bodyFirst, toggled, search }: RowOptions): PathRow[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const rows = sources.flatMap((source) => {
    const isBodyFirst = bodyFirst.has(source.stepId);
    const fields = listFields(source, isBodyFirst);
    return words.length > 0
      ? foundRows(source, fields, words, isBodyFirst)
      : treeRows(source, fields, toggled, isBodyFirst);
  });
  if (rows.length > 0 || words.length === 0) return rows;
  return sources.flatMap((source) => typedRows(source, search, bodyFirst.has(source.stepId)));
}

function stepRow(source: FieldSource, open: boolean): PathRow {
  return {
    key: rowKey(source.stepId, []),
    stepId: source.stepId,
    path: [],
    label: source.name,
    depth: 0,
    kind: source.sample === undefined ? "null" : kindOf(source.sample),
    value: source.sample,
    expandable: isContainer(source.sample),
    open,
  };
}

function treeRows(source: FieldSource, fields: Listed[], toggled: ReadonlySet<string>, bodyFirst: boolean): PathRow[] {
  const stepOpen = !toggled.has(rowKey(source.stepId, []));
  const rows = [stepRow(source, stepOpen)];
  if (!stepOpen) return rows;
  const closed: Path[] = [];
  for (const { path, kind, value, depth, label, openAtFirst } of fields) {
    if (rows.length > MOST_ROWS) break;
    if (closed.some((above) => above.every((segment, index) => path[index] === segment))) continue;
    const key = rowKey(source.stepId, path);
    // The body's own row stands for all of it: its fields follow on the same level.
    const expandable = isContainer(value) && !(bodyFirst && path.length === 1 && path[0] === "body");
    const open = openAtFirst !== toggled.has(key);
    if (expandable && !open) closed.push(path);
    rows.push({ key, stepId: source.stepId, path, label, depth, kind, value, expandable, open });
  }
  return rows;
}

function foundRows(source: FieldSource, fields: Listed[], words: string[], bodyFirst: boolean): PathRow[] {
  const fits = (text: string) => words.every((word) => text.toLowerCase().includes(word));
  const found = fields
    .filter(({ path, value, kind }) => {
      const shownValue = kind === "object" || kind === "list" ? "" : jsonToText(value).slice(0, 200);
      return fits(`${source.name} ${formatPath(path)} ${shownValue}`);
    })
    .slice(0, MOST_ROWS)
    .map(({ path, kind, value }): PathRow => {
      const shown = bodyFirst && path[0] === "body" && path.length > 1 ? path.slice(1) : path;
      return {
        key: rowKey(source.stepId, path),
        stepId: source.stepId,
        path,
        label: formatPath(shown),
        depth: 1,
        kind,
        value,
        expandable: false,
        open: false,
      };
    });
  return found.length > 0 ? [stepRow(source, true), ...found] : [];
}

/** A path that was typed whole, such as `lines[3].sku`, can be chosen although no sample has such a field. */
function typedRows(source: FieldSource, search: string, bodyFirst: boolean): PathRow[] {
  const parsed = /[.[]/.test(search) ? parsePath(search.trim()) : undefined;
  if (!parsed || parsed.length === 0) return [];
  const fromRoot = ["body", "query", "headers"].includes(String(parsed[0]));
  const path = bodyFirst && !fromRoot ? ["body", ...parsed] : parsed;
  const value = readPath(source.sample, path);
  const row: PathRow = {
    key: rowKey(source.stepId, path),
    stepId: source.stepId,
    path,
    label: search.trim(),
    depth: 1,
    kind: value === undefined ? "null" : kindOf(value),
    value,
    expandable: false,
    open: false,
  };
  return [stepRow(source, true), row];
}
