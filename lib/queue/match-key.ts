import { createHash } from "node:crypto";

/** Longer values are compared by their hash: an entry of an index has to fit its page. */
const LONGEST_PLAIN = 400;
/** PostgreSQL's texts know no NUL, and no half of a surrogate pair. */
const UNSTORABLE = /[\0\p{Surrogate}]/u;

/** What a value (lib/core/match-value.ts) is stored and looked for as: itself, or its beginning and its SHA-256. 500 characters at most. */
export function matchKey(value: string): string {
  if (value.length <= LONGEST_PLAIN && !UNSTORABLE.test(value)) return value;
  const shown = [...value.slice(0, LONGEST_PLAIN)].filter((character) => !UNSTORABLE.test(character)).join("");
  return `${shown}… ${createHash("sha256").update(value, "utf16le").digest("hex")}`;
}
