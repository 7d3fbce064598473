export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** Says whether a value is a JSON object, neither a list nor null. */
export function isJsonObject(value: Json | undefined): value is { [key: string]: Json } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Parses JSON; `undefined` when the text is not JSON. Use `parseJson` of bodies where the reason or exact digits matter. */
export function safeJsonParse(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

/** JSON text that is the same for equal values: keys in code unit order, two spaces, no line break at the end. Fields that are `undefined` are left out. */
export function stableStringify(value: Json | object): string {
  return write(value as Json, "\n");
}

function write(value: Json, newLine: string): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  const inner = `${newLine}  `;
  if (Array.isArray(value)) {
    if (value.length === 0) return "[]";
    return `[${inner}${value.map((item) => write(item, inner)).join(`,${inner}`)}${newLine}]`;
  }
  const keys = Object.keys(value)
    .filter((key) => value[key] !== undefined)
    .sort();
  if (keys.length === 0) return "{}";
  const fields = keys.map((key) => `${JSON.stringify(key)}: ${write(value[key] as Json, inner)}`);
  return `{${inner}${fields.join(`,${inner}`)}${newLine}}`;
}

/** A value as the text that stands for it in a larger text: strings as they are, nothing for null and undefined, else JSON. */
export function jsonToText(value: Json | undefined): string {
  if (typeof value === "string") return value;
  return value === undefined || value === null ? "" : JSON.stringify(value);
}

/** Says whether two values are the same JSON, whatever the order of their keys. */
export function jsonEquals(left: Json, right: Json): boolean {
  if (typeof left !== "object" || typeof right !== "object" || left === null || right === null) return left === right;
  if (Array.isArray(left) || Array.isArray(right)) {
    if (!Array.isArray(left) || !Array.isArray(right) || left.length !== right.length) return false;
    return left.every((item, index) => jsonEquals(item, right[index] as Json));
  }
  const keys = Object.keys(left);
  if (keys.length !== Object.keys(right).length) return false;
  return keys.every((key) => Object.hasOwn(right, key) && jsonEquals(left[key] as Json, right[key] as Json));
}
