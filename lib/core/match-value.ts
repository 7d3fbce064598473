import type { Json } from "./json";

/** A value as mid-cycle webhooks compare it: trimmed text. Null when it can match nothing: missing, null, blank, an object or a list. */
export function matchValue(value: Json | undefined): string | null {
  if (value === undefined || value === null || typeof value === "object") return null;
  const text = String(value).trim();
  return text === "" ? null : text;
}
