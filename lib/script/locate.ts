import type { ScriptError } from "./job";

/** Most places in a line that are looked at. */
const MOST_PLACES = 50;

/** What closes the function that stands around code (source.ts). */
const CLOSING = [")", "}"];

/**
 * Where code that can't be read is wrong. QuickJS is sure of the line only, and names what it met there: of the places in the line where that
 * stands it is the first up to which the code has the same mistake. `messageOf` says what is wrong with other code.
 */
export function locate(
  { message, line = 1 }: ScriptError,
  code: string,
  messageOf: (code: string) => string | undefined,
): Pick<ScriptError, "column"> & { message?: string } {
  const met = /'(.+)'$/.exec(message)?.[1];
  const lines = code.split("\n");
  const text = lines[line - 1];
  if (met === undefined || text === undefined) return {};
  const before = lines.slice(0, line - 1);
  let places = 0;
  for (let at = text.indexOf(met); at >= 0 && places < MOST_PLACES; at = text.indexOf(met, at + 1), places++) {
    const start = [...before, text.slice(0, at + met.length)].join("\n");
    if (messageOf(start) === message) return { column: at + 1 };
  }
  // Nothing of the code was met, so it was what stands behind it.
  const isEnd = places < MOST_PLACES && line === lines.length && CLOSING.includes(met);
  return isEnd ? { column: text.length + 1, message: "the code ends too early" } : {};
}
