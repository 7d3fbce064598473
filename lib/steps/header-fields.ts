import { StepError } from "@/lib/core/errors";
import { jsonToText } from "@/lib/core/json";
import type { NamedValue } from "./types";

const NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
/** What HTTP can carry in a header: no line break, nothing beyond one byte. */
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/** Headers that belong to the connection, which the sender of a message must not choose. */
const CONNECTION_HEADERS = new Set([
  "connection",
  "content-length",
  "expect",
  "host",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/**
 * Turns mapped headers into pairs, in their order; lists are joined by ", ".
 *
 * @throws StepError `bad_settings` for a name or value that HTTP cannot carry, and for headers of the connection
 */
export function headerPairs(fields: readonly NamedValue[]): [string, string][] {
  return fields.map(({ name: given, value }) => {
    const name = given.trim();
    const text = (Array.isArray(value) ? value.map(jsonToText).join(", ") : jsonToText(value)).trim();
    if (!NAME.test(name)) throw new StepError("bad_settings", `"${name}" can't be the name of a header.`);
    if (CONNECTION_HEADERS.has(name.toLowerCase()))
      throw new StepError("bad_settings", `The header ${name} is set by Spoke. Remove it from the step.`);
    if (!VALUE.test(text))
      throw new StepError(
        "bad_settings",
        `The value of the header ${name} holds a line break or a character that headers can't carry.`,
      );
    return [name, text];
  });
}

/** Adds a header unless one of that name is there already. */
export function addHeader(headers: [string, string][], name: string, value: string): void {
  if (!headers.some(([known]) => known.toLowerCase() === name.toLowerCase())) headers.push([name, value]);
}
