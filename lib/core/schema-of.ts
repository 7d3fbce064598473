import type { Json } from "./json";
import { type JsonKind, kindOf, type Path } from "./path";

/** A field that a sample shows. `mixed` when it holds values of several kinds; null beside another kind counts as the other. */
export type SampleField = { path: Path; kind: JsonKind | "mixed"; example: Json };

type Found = { kind: SampleField["kind"]; example: Json; fields: Map<string, Found>; item: Found | undefined };

/** What stops a hostile sample from making an endless form. */
const MAX_FIELDS = 1_000;
const MAX_DEPTH = 20;

/**
 * The fields of a sample, parents before their fields, in the order in which they appear. The items of a list are taken together and
 * stand at position 0. At most 1,000 fields, 20 levels deep.
 */
export function describeSample(sample: Json): SampleField[] {
  const root = newFound(sample);
  collect(root, sample, 0);
  const fields: SampleField[] = [];
  list(root, [], fields);
  return fields;
}

function newFound(example: Json): Found {
  return { kind: kindOf(example), example, fields: new Map(), item: undefined };
}

function collect(found: Found, value: Json, depth: number): void {
  if (typeof value !== "object" || value === null || depth >= MAX_DEPTH) return;
  if (Array.isArray(value)) {
    for (const item of value) found.item = merge(found.item, item, depth);
    return;
  }
  for (const [key, field] of Object.entries(value)) found.fields.set(key, merge(found.fields.get(key), field, depth));
}

function merge(found: Found | undefined, value: Json, depth: number): Found {
  const merged = found ?? newFound(value);
  const kind = kindOf(value);
  if (merged.kind === "null") {
    merged.kind = kind;
    merged.example = value;
  } else if (kind !== "null" && kind !== merged.kind) {
    merged.kind = "mixed";
  }
  collect(merged, value, depth + 1);
  return merged;
}

function list(found: Found, path: Path, fields: SampleField[]): void {
  const children: [string | number, Found][] = [...found.fields];
  if (found.item) children.push([0, found.item]);
  for (const [segment, child] of children) {
    if (fields.length >= MAX_FIELDS) return;
    const childPath = [...path, segment];
    fields.push({ path: childPath, kind: child.kind, example: child.example });
    list(child, childPath, fields);
  }
}
