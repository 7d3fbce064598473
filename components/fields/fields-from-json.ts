import { isJsonObject, type Json, jsonToText } from "@/lib/core/json";
import type { NamedMapping } from "@/lib/core/mapping";
import { formatPath, listPaths, type Path, readPath } from "@/lib/core/path";
import type { FieldSource } from "./field-scope";

const MOST_FIELDS = 500;

/**
 * Makes a field of each value in a pasted JSON object, with dots for nesting. A field that an earlier step has at the same
 * place is mapped to it; all others get the pasted value as text.
 */
export function fieldsFromJson(
  json: Json,
  { sources, bodyFirst }: { sources: readonly FieldSource[]; bodyFirst: ReadonlySet<string> },
): NamedMapping[] {
  if (!isJsonObject(json)) return [];
  return listPaths(json, { maxItems: 2_000 })
    .filter(({ path, kind, sample }) => isLeaf(path, kind, sample))
    .slice(0, MOST_FIELDS)
    .map(({ path, sample }) => ({
      name: formatPath(path),
      value: fieldAt(path, sources, bodyFirst) ?? { source: "value", text: jsonToText(sample) },
    }));
}

/** Lists are taken whole: what is inside of them is not a field of its own. */
function isLeaf(path: Path, kind: string, sample: Json): boolean {
  if (path.some((segment) => typeof segment === "number")) return false;
  return kind !== "object" || Object.keys(sample as object).length === 0;
}

function fieldAt(
  path: Path,
  sources: readonly FieldSource[],
  bodyFirst: ReadonlySet<string>,
): NamedMapping["value"] | undefined {
  for (const { stepId, sample } of sources) {
    const there = bodyFirst.has(stepId) ? ["body", ...path] : path;
    if (readPath(sample, there) !== undefined) return { source: "step-field", stepId, path: there };
  }
  return undefined;
}
