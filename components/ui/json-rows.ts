/** How many children of an object or array are listed at first and then with each "more"; characters of a string the same. */
export const CHILDREN_STEP = 100;
export const MORE_CHILDREN = 500;
export const STRING_START = 300;
export const STRING_STEP = 100_000;

type NodeRow = {
  kind: "node";
  /** JSON Pointer; "" is the whole value. */
  path: string;
  parent: string | null;
  depth: number;
  /** The field's name, or the position in an array; null for the whole value. */
  name: string | number | null;
  value: unknown;
  /** Number of children; 0 for what has none. */
  size: number;
  expanded: boolean;
  position: number;
  siblings: number;
};

type MoreRow = {
  kind: "more";
  path: string;
  parent: string;
  depth: number;
  shown: number;
  total: number;
};

/** One line of a JSON tree: a value, or the offer to list more children of the one above. */
export type JsonRow = NodeRow | MoreRow;

/** What is open in a tree. `children` counts the listed children of a path, where they are more than the first ones. */
export type JsonTreeState = { expanded: ReadonlySet<string>; children: ReadonlyMap<string, number> };

/** Says whether a value has lines of its own below it. */
export function isContainer(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

/** The number of fields or items of a value; 0 for a plain one. */
export function sizeOf(value: unknown): number {
  if (!isContainer(value)) return 0;
  return Array.isArray(value) ? value.length : Object.keys(value).length;
}

/** The JSON Pointer of a child. */
export function childPath(path: string, name: string | number): string {
  return `${path}/${String(name).replaceAll("~", "~0").replaceAll("/", "~1")}`;
}

/** The lines that are in sight. The work is proportional to them, not to the value, however large it is. */
export function visibleRows(value: unknown, { expanded, children }: JsonTreeState): JsonRow[] {
  const rows: JsonRow[] = [];
  const add = (row: Omit<NodeRow, "kind" | "size" | "expanded">) => {
    const open = expanded.has(row.path);
    const size = sizeOf(row.value);
    rows.push({ kind: "node", ...row, size, expanded: open && size > 0 });
    if (!open || !isContainer(row.value)) return;
    const listed = Math.min(size, children.get(row.path) ?? CHILDREN_STEP);
    const depth = row.depth + 1;
    for (const [index, name] of firstNames(row.value, listed).entries()) {
      const child = (row.value as Record<string | number, unknown>)[name];
      const path = childPath(row.path, name);
      add({ path, parent: row.path, depth, name, value: child, position: index + 1, siblings: size });
    }
    if (listed < size) {
      rows.push({ kind: "more", path: `${row.path}/…`, parent: row.path, depth, shown: listed, total: size });
    }
  };
  add({ path: "", parent: null, depth: 0, name: null, value, position: 1, siblings: 1 });
  return rows;
}

function firstNames(value: object, count: number): (string | number)[] {
  if (Array.isArray(value)) return Array.from({ length: count }, (_, index) => index);
  return Object.keys(value).slice(0, count);
}

/** Which paths to open so that about `budget` lines are in sight, level by level from the top. */
export function openingPaths(value: unknown, budget: number): Set<string> {
  const open = new Set<string>();
  let lines = 1;
  let level = [{ path: "", value }];
  while (level.length > 0) {
    const next: typeof level = [];
    for (const node of level) {
      const size = Math.min(sizeOf(node.value), CHILDREN_STEP);
      if (!isContainer(node.value) || size === 0 || (lines + size > budget && open.size > 0)) continue;
      open.add(node.path);
      lines += size;
      for (const name of firstNames(node.value, size)) {
        const child = (node.value as Record<string | number, unknown>)[name];
        if (isContainer(child)) next.push({ path: childPath(node.path, name), value: child });
      }
    }
    level = next;
  }
  return open;
}

/** What a key does on a line of the tree: go to another line, open or close it, show more of its text, or nothing. */
export type JsonKeyMove = { kind: "focus"; row: JsonRow } | { kind: "toggle" } | { kind: "more-text" } | null;

/** Says what `key` (as in `KeyboardEvent.key`) does on the line at `index`, as trees do everywhere. */
export function keyMove(key: string, rows: readonly JsonRow[], index: number): JsonKeyMove {
  const row = rows[index];
  if (!row) return null;
  const isOpen = row.kind === "node" && row.expanded;
  const isClosed = row.kind === "node" && row.size > 0 && !row.expanded;
  const focus = (target: JsonRow | undefined): JsonKeyMove => (target ? { kind: "focus", row: target } : null);
  switch (key) {
    case "ArrowDown":
      return focus(rows[index + 1]);
    case "ArrowUp":
      return focus(rows[index - 1]);
    case "Home":
      return focus(rows[0]);
    case "End":
      return focus(rows.at(-1));
    case "ArrowRight":
      if (isClosed) return { kind: "toggle" };
      return isOpen ? focus(rows[index + 1]) : null;
    case "ArrowLeft":
      return isOpen ? { kind: "toggle" } : focus(rows.find((other) => other.path === row.parent));
    case "Enter":
    case " ":
      return isOpen || isClosed || row.kind === "more" ? { kind: "toggle" } : { kind: "more-text" };
    default:
      return null;
  }
}

/** A value as text to copy: a string as it is, everything else as indented JSON. */
export function copyableText(value: unknown): string {
  if (typeof value === "string") return value;
  return JSON.stringify(value, (_, part) => (typeof part === "bigint" ? part.toString() : part), 2) ?? "";
}
