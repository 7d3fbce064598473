import { isJsonObject, type Json } from "@/lib/core/json";

/**
 * Parses what came out of the sandbox into plain objects and lists. A key `__proto__`, and a `prototype` inside of a
 * `constructor`, are left out: code that copies such an object key by key would change every object. The thread has looked at its
 * size (reply-limits.ts).
 */
export function parsePlainJson(text: string): Json {
  const value = JSON.parse(text) as Json;
  if (text.includes("__proto__") || text.includes('"constructor"')) removeKeys(value);
  return value;
}

function removeKeys(value: Json): void {
  if (typeof value !== "object" || value === null) return;
  if (!Array.isArray(value)) {
    Reflect.deleteProperty(value, "__proto__");
    const made = Object.hasOwn(value, "constructor") ? (value.constructor as unknown as Json) : undefined;
    if (isJsonObject(made)) delete made.prototype;
  }
  for (const field of Object.values(value)) removeKeys(field);
}
