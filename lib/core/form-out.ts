import { type Json, jsonToText } from "./json";

/**
 * Writes an object as application/x-www-form-urlencoded, as bodies/form.ts reads it: `a[b]=1` for objects, `a[]=1` for lists of
 * plain values, `a[0][b]=1` for lists of others. Null is empty text.
 */
export function toForm(fields: { [key: string]: Json }): string {
  const pairs: [string, string][] = [];
  for (const [key, value] of Object.entries(fields)) addPairs(pairs, key, value);
  return new URLSearchParams(pairs).toString();
}

function addPairs(pairs: [string, string][], key: string, value: Json): void {
  if (typeof value !== "object" || value === null) {
    pairs.push([key, jsonToText(value)]);
  } else if (Array.isArray(value)) {
    const isPlain = value.every((item) => typeof item !== "object" || item === null);
    for (const [index, item] of value.entries()) addPairs(pairs, isPlain ? `${key}[]` : `${key}[${index}]`, item);
  } else {
    for (const [inner, item] of Object.entries(value)) addPairs(pairs, `${key}[${inner}]`, item);
  }
}
