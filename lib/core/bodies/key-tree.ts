import type { Json } from "../json";
import { checkValue, KeyCount, MAX_DEPTH, MAX_FIELDS, refusePrototypeKey, tooDeep, tooManyFields } from "./limits";

type Branch = { entries: Entry[]; isList: boolean; children: Map<string, Branch> | undefined };
type Entry = { leaf: Json } | { branch: Branch };

/**
 * Builds an object from names such as `order[lines][0][sku]`: brackets nest, `[]` and repeated names make lists,
 * so do the indexes 0, 1, 2 ... without a gap. A name whose brackets don't pair is one plain key.
 * Takes time in proportion to the names, whatever they are.
 */
export class KeyTree {
  readonly #root: Branch = newBranch();
  readonly #keys = new KeyCount();
  #fields = 0;
  #needsCheck = false;

  /** Adds one value; throws a BodyError when a limit is passed or the name would reach a prototype. */
  add(name: string, leaf: Json): void {
    if (++this.#fields > MAX_FIELDS) throw tooManyFields();
    const segments = splitName(name);
    // Lists are levels too.
    if (2 * segments.length >= MAX_DEPTH || segments.includes("constructor")) this.#needsCheck = true;
    let branch = this.#root;
    for (const [index, segment] of segments.entries()) {
      const isLast = index === segments.length - 1;
      if (segment === "" && index > 0) {
        this.#keys.add();
        branch.isList = true;
        if (isLast) {
          branch.entries.push({ leaf });
          return;
        }
        const item = newBranch();
        branch.entries.push({ branch: item });
        branch = item;
      } else {
        branch = this.#child(branch, segment);
      }
    }
    if (branch.entries.length > 0) this.#keys.add();
    branch.entries.push({ leaf });
  }

  /** The object built so far. */
  toJson(): Json {
    const value = childrenToObject(this.#root.children ?? new Map());
    if (this.#needsCheck) checkValue(value);
    return value;
  }

  #child(branch: Branch, key: string): Branch {
    refusePrototypeKey(key);
    branch.children ??= new Map();
    let child = branch.children.get(key);
    if (!child) {
      this.#keys.add();
      child = newBranch();
      branch.children.set(key, child);
    }
    return child;
  }
}

function newBranch(): Branch {
  return { entries: [], isList: false, children: undefined };
}

function splitName(name: string): string[] {
  const open = name.indexOf("[");
  if (open <= 0 || !name.endsWith("]")) return [name];
  const segments = name.slice(open + 1, -1).split("][");
  if (segments.length >= MAX_DEPTH) throw tooDeep();
  const paired = segments.every((segment) => !segment.includes("[") && !segment.includes("]"));
  return paired ? [name.slice(0, open), ...segments] : [name];
}

function branchToJson(branch: Branch): Json {
  const entries = branch.entries.map((entry) => ("leaf" in entry ? entry.leaf : branchToJson(entry.branch)));
  if (branch.children) {
    const nested = childrenToJson(branch.children);
    if (entries.length === 0) return nested;
    return Array.isArray(nested) ? [...entries, ...nested] : [...entries, nested];
  }
  return branch.isList || entries.length !== 1 ? entries : (entries[0] as Json);
}

function childrenToJson(children: Map<string, Branch>): Json {
  const items: Branch[] = [];
  for (let index = 0; index < children.size; index++) {
    const item = children.get(String(index));
    if (!item) return childrenToObject(children);
    items.push(item);
  }
  return items.map(branchToJson);
}

function childrenToObject(children: Map<string, Branch>): { [key: string]: Json } {
  const object: { [key: string]: Json } = {};
  for (const [key, child] of children) object[key] = branchToJson(child);
  return object;
}
