import { isJsonObject, type Json } from "./json";
import type { Path } from "./path";

export type JsonChange = { path: Path } & (
  | { kind: "added"; after: Json }
  | { kind: "removed"; before: Json }
  | { kind: "changed"; before: Json; after: Json }
);

export type JsonChanges = {
  changes: JsonChange[];
  /** How many there are beyond `changes`. */
  more: number;
};

/**
 * What differs between two values, in the order of the first one, what was added last. Objects and lists that both sides
 * have are compared inside (lists by position); what only one side has is one change, however large it is.
 */
export function jsonChanges(before: Json, after: Json, { most = 200 } = {}): JsonChanges {
  const found: JsonChanges = { changes: [], more: 0 };
  const add = (change: JsonChange) => {
    if (found.changes.length < most) found.changes.push(change);
    else found.more++;
  };
  compare(before, after, [], add);
  return found;
}

function compare(before: Json, after: Json, path: Path, add: (change: JsonChange) => void): void {
  if (before === after) return;
  if (Array.isArray(before) && Array.isArray(after)) {
    for (let index = 0; index < Math.max(before.length, after.length); index++)
      compareAt(before[index], after[index], [...path, index], add);
    return;
  }
  if (isJsonObject(before) && isJsonObject(after)) {
    const added = Object.keys(after).filter((key) => !Object.hasOwn(before, key));
    for (const key of Object.keys(before))
      compareAt(before[key], Object.hasOwn(after, key) ? after[key] : undefined, [...path, key], add);
    for (const key of added) compareAt(undefined, after[key], [...path, key], add);
    return;
  }
  add({ path, kind: "changed", before, after });
}

function compareAt(before: Json | undefined, after: Json | undefined, path: Path, add: (change: JsonChange) => void) {
  if (before === undefined && after === undefined) return;
  if (before === undefined) add({ path, kind: "added", after: after as Json });
  else if (after === undefined) add({ path, kind: "removed", before });
  else compare(before, after, path, add);
}
