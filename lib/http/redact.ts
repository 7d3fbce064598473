import type { Json } from "@/lib/core/json";

const HIDDEN = "(secret)";

/** Shorter values would blank out ordinary text. */
const SHORTEST_SECRET = 4;

/** Blanks secrets out of texts, and out of all texts in data, also where they are URL-encoded. */
export type Redact = { text: (text: string) => string; json: (value: Json) => Json };

/** Makes a Redact for these secrets; ones below 4 characters are left. */
export function createRedact(secrets: readonly string[]): Redact {
  const hidden = secrets
    .filter((secret) => secret.length >= SHORTEST_SECRET)
    .flatMap((secret) => [secret, new URLSearchParams([["", secret]]).toString().slice(1)])
    .sort((a, b) => b.length - a.length);
  if (hidden.length === 0) return { text: (text) => text, json: (value) => value };
  const text = (given: string) => hidden.reduce((clean, secret) => clean.replaceAll(secret, HIDDEN), given);
  const json = (value: Json): Json => {
    if (typeof value === "string") return text(value);
    if (typeof value !== "object" || value === null) return value;
    if (Array.isArray(value)) return value.map(json);
    return Object.fromEntries(Object.entries(value).map(([key, field]) => [text(key), json(field)]));
  };
  return { text, json };
}
