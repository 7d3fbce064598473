import { isJsonObject, type Json } from "../json";
import { BodyError } from "./body-error";

/** The deepest nesting of objects and lists that a body may have. */
export const MAX_DEPTH = 100;

/** The most object keys and list items, taken together, that a body may have. */
export const MAX_KEYS = 100_000;

/** The most fields that a form may have: names with a value, or parts. Each costs far more than a key of JSON does. */
export const MAX_FIELDS = 10_000;

export const tooDeep = () => new BodyError(`it is nested more than ${MAX_DEPTH} levels deep`);
export const tooManyKeys = () => new BodyError(`it has more than ${MAX_KEYS} keys`);
export const tooManyFields = () => new BodyError(`it has more than ${MAX_FIELDS} fields`);

/** Throws a BodyError for the key that would become an object's prototype. */
export function refusePrototypeKey(key: string): void {
  if (key === "__proto__") throw new BodyError('the key "__proto__" is not allowed');
}

/**
 * Throws a BodyError when a value is nested too deep, or holds, at any depth, a key `__proto__` or a `constructor` with
 * a `prototype`.
 */
export function checkValue(value: Json): void {
  const waiting: [value: Json, depth: number][] = [[value, 1]];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const [current, depth] = next;
    if (typeof current !== "object" || current === null) continue;
    if (depth > MAX_DEPTH) throw tooDeep();
    if (Array.isArray(current)) {
      for (const item of current) if (typeof item === "object") waiting.push([item, depth + 1]);
      continue;
    }
    for (const key of Object.keys(current)) {
      refusePrototypeKey(key);
      const field = current[key] as Json;
      if (key === "constructor" && isJsonObject(field) && Object.hasOwn(field, "prototype")) {
        throw new BodyError('the key "constructor" with a "prototype" is not allowed');
      }
      if (typeof field === "object") waiting.push([field, depth + 1]);
    }
  }
}

/** Counts keys and list items while a body is built, and throws a BodyError past the limit. */
export class KeyCount {
  #count = 0;

  add(more = 1): void {
    this.#count += more;
    if (this.#count > MAX_KEYS) throw tooManyKeys();
  }
}
