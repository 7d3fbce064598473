import { isJsonObject, type Json } from "../json";
import { BodyError } from "./body-error";

/** The deepest nesting of objects and lists that a body may have. */
export const MAX_DEPTH = 100;

/** The most object keys and list items, taken together, that a body may have. */
export const MAX_KEYS = 100_000;

export const tooDeep = () => new BodyError(`it is nested more than ${MAX_DEPTH} levels deep`);
export const tooManyKeys = () => new BodyError(`it has more than ${MAX_KEYS} keys`);

/** Throws a BodyError for the key that would become an object's prototype. */
export function refusePrototypeKey(key: string): void {
  if (key === "__proto__") throw new BodyError('the key "__proto__" is not allowed');
}

/** Throws a BodyError when a value, at any depth, holds a key `__proto__`, or a `constructor` with a `prototype`. */
export function refusePrototypeKeys(value: Json): void {
  const waiting: Json[] = [value];
  for (let current = waiting.pop(); current !== undefined; current = waiting.pop()) {
    if (typeof current !== "object" || current === null) continue;
    if (Array.isArray(current)) {
      for (const item of current) waiting.push(item);
      continue;
    }
    for (const key of Object.keys(current)) {
      refusePrototypeKey(key);
      const field = current[key] as Json;
      if (key === "constructor" && isJsonObject(field) && Object.hasOwn(field, "prototype")) {
        throw new BodyError('the key "constructor" with a "prototype" is not allowed');
      }
      waiting.push(field);
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
