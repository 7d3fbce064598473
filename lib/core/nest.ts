import { StepError } from "./errors";
import type { Json } from "./json";
import { formatPath, type Path, parsePath } from "./path";

type NamedJson = { name: string; value: Json };
type Branch = { [key: string]: Json } | Json[];

/** The most places that a list made from names may have: `lines[999999999]` must not take the memory of all. */
const MAX_POSITION = 9_999;

/**
 * Builds an object from names with dots and list positions: `customer.email`, `lines[0].sku`. A later name wins over the
 * same name before; places of a list that no name fills are null.
 *
 * @throws StepError `bad_settings` when a name can't be read, reaches a prototype, or needs a value to be two things at once
 */
export function nestFields(fields: readonly NamedJson[]): { [key: string]: Json } {
  const root: { [key: string]: Json } = {};
  const own = new Set<Branch>([root]);
  for (const { name, value } of fields) setAt(root, pathOf(name), value, { name, own });
  return root;
}

function pathOf(name: string): Path {
  const path = parsePath(name.trim());
  if (!path || path.length === 0 || typeof path[0] === "number") {
    throw new StepError(
      "bad_settings",
      `The field name "${name}" can't be used. Names look like customer.email or lines[0].sku.`,
    );
  }
  for (const segment of path) {
    if (segment === "__proto__") throw new StepError("bad_settings", 'A field can\'t be named "__proto__".');
    if (typeof segment === "number" && segment > MAX_POSITION)
      throw new StepError("bad_settings", `The field name "${name}" has a list position above ${MAX_POSITION}.`);
  }
  return path;
}

/** `own` holds what was made here: anything else belongs to an earlier step and is copied before it is changed. */
type Target = { name: string; own: Set<Branch> };

function setAt(root: Branch, path: Path, value: Json, { name, own }: Target): void {
  let branch = root;
  for (let at = 0; at < path.length - 1; at++) {
    const segment = path[at]!;
    const wantsList = typeof path[at + 1] === "number";
    let inner = valueAt(branch, segment) ?? (wantsList ? [] : {});
    if (typeof inner !== "object" || Array.isArray(inner) !== wantsList) throw conflict(name, path.slice(0, at + 1));
    if (!own.has(inner)) {
      inner = Array.isArray(inner) ? [...inner] : { ...inner };
      own.add(inner);
      put(branch, segment, inner);
    }
    branch = inner;
  }
  put(branch, path[path.length - 1]!, value);
}

function valueAt(branch: Branch, segment: string | number): Json | undefined {
  return Object.hasOwn(branch, segment) ? (branch as { [key: string | number]: Json })[segment] : undefined;
}

function put(branch: Branch, segment: string | number, value: Json): void {
  if (Array.isArray(branch)) while (branch.length < (segment as number)) branch.push(null);
  (branch as { [key: string | number]: Json })[segment] = value;
}

function conflict(name: string, path: Path): StepError {
  return new StepError(
    "bad_settings",
    `The field "${name}" doesn't fit: ${formatPath(path)} has another kind of value already. Rename one of them.`,
  );
}
