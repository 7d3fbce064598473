import { isJsonObject, type Json, jsonEquals } from "./json";
import { REDACTED } from "./redacted";
import { queryPairs, redactedField, redactedHeader } from "./secret-headers";

type Pairs = readonly (readonly [name: string, value: string])[];

/** What was edited with the stored secrets in place of their dots, or why that can't be. */
export type Restored<Value> = { value: Value } | { problem: string };

const leftover = (what: string) =>
  `${what} holds ${REDACTED}, which stands for a secret that is not shown. Leave it as it was, or type the whole value.`;

/**
 * The stored one that an edited one of the same name stands for: the one at its place; where some were added or taken
 * away, the only one there is.
 */
function counterpart<Item>(edited: readonly Item[], stored: readonly Item[], item: Item): Item | undefined {
  if (edited.length === stored.length) return stored[edited.indexOf(item)];
  return stored.length === 1 ? stored[0] : undefined;
}

/** Puts stored values back in edited headers, where these show dots as before. */
export function restoreHeaders(edited: Pairs, stored: Pairs): Restored<[name: string, value: string][]> {
  const headers: [string, string][] = [];
  for (const header of edited) {
    const [name, value] = header;
    const ofName = ([other]: readonly [string, string]) => other.toLowerCase() === name.toLowerCase();
    const original = value.includes(REDACTED)
      ? counterpart(edited.filter(ofName), stored.filter(ofName), header)
      : header;
    if (original !== header && (!original || redactedHeader(...original) !== value.trim()))
      return { problem: leftover(`The header ${name}`) };
    headers.push([name, original[1]]);
  }
  return { value: headers };
}

/** Puts stored values back in an edited query, where it shows dots as before. Neither begins with a question mark. */
export function restoreQuery(edited: string, stored: string): Restored<string> {
  const [pairs, storedPairs] = [queryPairs(edited), queryPairs(stored)];
  const parts: string[] = [];
  for (const pair of pairs) {
    const ofName = ({ name }: { name: string }) => name === pair.name;
    const original = pair.value.includes(REDACTED)
      ? counterpart(pairs.filter(ofName), storedPairs.filter(ofName), pair)
      : pair;
    if (original !== pair && (!original || pair.value !== REDACTED))
      return { problem: leftover(`The query parameter ${pair.name}`) };
    parts.push(original.raw);
  }
  return { value: parts.join("&") };
}

type Part = "headers" | "query";

const fieldsOf = (data: Json | null, part: Part): { [name: string]: Json } => {
  const fields = isJsonObject(data ?? undefined) ? (data as { [part: string]: Json })[part] : undefined;
  return isJsonObject(fields) ? fields : {};
};

/** Puts stored values back in edited data of a webhook step, where its headers and query show dots as before. */
export function restoreStepData(edited: Json, stored: Json | null): Restored<Json> {
  if (!isJsonObject(edited)) return { value: edited };
  const restored: { [part: string]: Json } = {};
  for (const part of ["query", "headers"] as const) {
    if (!isJsonObject(edited[part])) continue;
    const known = fieldsOf(stored, part);
    const entries: [string, Json][] = [];
    for (const [name, value] of Object.entries(fieldsOf(edited, part))) {
      const isDotted = JSON.stringify(value).includes(REDACTED);
      const original = isDotted ? (Object.hasOwn(known, name) ? known[name] : undefined) : value;
      if (original === undefined || (isDotted && !jsonEquals(redactedField(part, name, original), value))) {
        const what = part === "headers" ? "header" : "query parameter";
        return { problem: leftover(`The ${what} ${name}`) };
      }
      entries.push([name, original]);
    }
    restored[part] = Object.fromEntries(entries);
  }
  return { value: { ...edited, ...restored } };
}
