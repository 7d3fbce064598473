import type { Json } from "./json";

/** Where a value lies in JSON: object keys and list positions. The empty path is the value itself. */
export type Path = (string | number)[];

export type JsonKind = "object" | "list" | "text" | "number" | "boolean" | "null";

export type PathEntry = { path: Path; kind: JsonKind; sample: Json };

const PLAIN_KEY = /^[\p{L}_$@#][\p{L}\p{N}_$@#:-]*$/u;
const PLAIN_SEGMENT = /[^.[\]{}"\\]+/y;
const POSITION = /\[(\d{1,9})\]/y;
const QUOTED_KEY = /\["((?:[^"\\]|\\.)*)"\]/sy;

/** Writes a path as people read it: `body.order.lines[0].sku`, with `["..."]` around keys that hold anything unusual. No braces are left bare. */
export function formatPath(path: Path): string {
  let text = "";
  for (const segment of path) {
    if (typeof segment === "number") text += `[${segment}]`;
    else if (PLAIN_KEY.test(segment)) text += text === "" ? segment : `.${segment}`;
    else text += `[${quoteKey(segment)}]`;
  }
  return text;
}

/** Braces are escaped, so that a path never ends the merge field that it stands in. */
function quoteKey(key: string): string {
  return JSON.stringify(key).replaceAll("{", "\\u007b").replaceAll("}", "\\u007d");
}

/** Reads `body.order.lines[0].sku` or `body["a.b"][2]`; `undefined` when the text is not a path. */
export function parsePath(text: string): Path | undefined {
  const path: Path = [];
  for (let at = 0; at < text.length; ) {
    const position = matchAt(POSITION, text, at);
    if (position) {
      path.push(Number(position[1]));
      at += position[0].length;
      continue;
    }
    const quoted = matchAt(QUOTED_KEY, text, at);
    if (quoted) {
      const key = unquoteKey(quoted[1] ?? "");
      if (key === undefined) return undefined;
      path.push(key);
      at += quoted[0].length;
      continue;
    }
    const start = path.length === 0 ? at : text[at] === "." ? at + 1 : text.length;
    const plain = matchAt(PLAIN_SEGMENT, text, start);
    if (!plain || plain[0].trim() !== plain[0]) return undefined;
    path.push(plain[0]);
    at = start + plain[0].length;
  }
  return path;
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

function unquoteKey(inner: string): string | undefined {
  try {
    return JSON.parse(`"${inner}"`) as string;
  } catch {
    return undefined;
  }
}

/** The value at a path, `undefined` when there is none. Only own fields are read, never a prototype's; a list also takes its position as text. */
export function readPath(value: Json | undefined, path: Path): Json | undefined {
  let current = value;
  for (const segment of path) {
    if (typeof current !== "object" || current === null) return undefined;
    if (Array.isArray(current) && !/^\d+$/.test(String(segment))) return undefined;
    if (!Object.hasOwn(current, segment)) return undefined;
    current = (current as { [key: string]: Json })[segment];
  }
  return current;
}

/** Which of JSON's kinds a value is. */
export function kindOf(value: Json): JsonKind {
  if (value === null) return "null";
  if (Array.isArray(value)) return "list";
  if (typeof value === "string") return "text";
  return typeof value as "object" | "number" | "boolean";
}

/**
 * Every field of a sample with its path, parents before their fields, for path pickers; of a list its first item stands for all.
 * At most `maxItems` entries (1,000 by default), `maxDepth` levels deep (10 by default).
 */
export function listPaths(sample: Json, { maxDepth = 10, maxItems = 1_000 } = {}): PathEntry[] {
  const entries: PathEntry[] = [];
  const visit = (value: Json, path: Path) => {
    if (typeof value !== "object" || value === null || path.length >= maxDepth) return;
    const fields: [string | number, Json][] = Array.isArray(value)
      ? value.slice(0, 1).map((item) => [0, item])
      : Object.entries(value);
    for (const [key, field] of fields) {
      if (entries.length >= maxItems) return;
      const fieldPath = [...path, key];
      entries.push({ path: fieldPath, kind: kindOf(field), sample: field });
      visit(field, fieldPath);
    }
  };
  visit(sample, []);
  return entries;
}
