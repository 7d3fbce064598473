import type { Json } from "../json";
import { BodyError } from "./body-error";
import { jsonErrorAt } from "./json-error";
import { checkValue, MAX_DEPTH, MAX_KEYS, tooDeep, tooManyKeys } from "./limits";

/** Below this length a text cannot hold MAX_KEYS keys: each takes a character and a comma at least. */
const MANY_KEYS_LENGTH = 2 * MAX_KEYS;

/** A number that JSON.parse might not keep: 16 digits or more, or an exponent of three. Inside a string it is a false alarm that costs time only. */
const LOSSY_NUMBER = /(?<![\d"])\d{16}|\d[eE]\+?\d{3,15}\s*(?:[,\]}]|$)/;

const ESCAPED_LETTER = /\\u00[4-7]/;

/** Parses a JSON body. Integers beyond 2^53 and numbers that overflow keep their digits as text; throws a BodyError that says what is wrong and where. */
export function parseJson(text: string): Json {
  const value = tryParseJson(text);
  if (value !== undefined) return value;
  throw new BodyError(describeSyntaxError(text));
}

/** Like `parseJson`, but gives `undefined` when the text is not JSON. Still throws a BodyError for JSON that is over a limit. */
export function tryParseJson(text: string): Json | undefined {
  if (text.length >= MANY_KEYS_LENGTH || hasManyBrackets(text)) checkJsonLimits(text);
  let value: Json;
  try {
    value = JSON.parse(text) as Json;
    if (LOSSY_NUMBER.test(text)) value = JSON.parse(quoteLossyNumbers(text)) as Json;
  } catch {
    return undefined;
  }
  if (mayNameAPrototype(text)) checkValue(value);
  return value;
}

function hasManyBrackets(text: string): boolean {
  let left = MAX_DEPTH;
  for (let at = text.indexOf("{"); at !== -1; at = text.indexOf("{", at + 1)) if (left-- === 0) return true;
  for (let at = text.indexOf("["); at !== -1; at = text.indexOf("[", at + 1)) if (left-- === 0) return true;
  return false;
}

function mayNameAPrototype(text: string): boolean {
  return (
    text.includes("__proto__") ||
    (text.includes("constructor") && text.includes("prototype")) ||
    (text.includes("\\u") && ESCAPED_LETTER.test(text))
  );
}

/**
 * Gives the keys and items of a text, read as JSON or as lines of JSON inside of `outerDepth` levels; throws a BodyError
 * when it has too many or is nested too deep. Reads it once, without recursion.
 */
export function checkJsonLimits(text: string, outerDepth = 0): number {
  let depth = outerDepth;
  let keys = 0;
  let justOpened = false;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code <= 32) continue;
    const closes = code === 125 || code === 93;
    if (justOpened && !closes) keys++;
    justOpened = false;
    if (code === 34) {
      at = endOfString(text, at);
    } else if (code === 44) {
      keys++;
    } else if (code === 123 || code === 91) {
      justOpened = true;
      if (++depth > MAX_DEPTH) throw tooDeep();
    } else if (closes) {
      depth--;
    }
    if (keys > MAX_KEYS) throw tooManyKeys();
  }
  return keys;
}

/** The index of the quote that ends the string whose first quote is at `start`; the text's length when there is none. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end !== -1; end = text.indexOf('"', end + 1)) {
    let backslashes = 0;
    while (text.charCodeAt(end - 1 - backslashes) === 92) backslashes++;
    if (backslashes % 2 === 0) return end;
  }
  return text.length;
}

/** The least digits that JSON.parse might not keep. */
const MANY_DIGITS = 16;
const MOST_EXACT = String(2 ** 53);

/** Puts quotes around the numbers of a valid JSON text that JSON.parse would not keep. */
function quoteLossyNumbers(text: string): string {
  let result = "";
  let copied = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 34) {
      at = endOfString(text, at);
    } else if (code === 45 || (code >= 48 && code <= 57)) {
      const end = endOfNumber(text, at);
      if (isLossy(text, at, end)) {
        result += `${text.slice(copied, at)}"${text.slice(at, end)}"`;
        copied = end;
      }
      at = end - 1;
    }
  }
  return copied === 0 ? text : result + text.slice(copied);
}

/** Where the number ends that begins at `start` of a valid JSON text. */
function endOfNumber(text: string, start: number): number {
  let at = start;
  for (let code = text.charCodeAt(at); isInNumber(code); code = text.charCodeAt(at)) at++;
  return at;
}

const isInNumber = (code: number) =>
  (code >= 48 && code <= 57) || code === 46 || code === 43 || code === 45 || (code | 32) === 101;

function isLossy(text: string, start: number, end: number): boolean {
  let isInteger = true;
  for (let at = start; at < end && isInteger; at++) isInteger = text.charCodeAt(at) < 58 && text.charCodeAt(at) !== 46;
  if (!isInteger) return !Number.isFinite(Number(text.slice(start, end)));
  const first = text.charCodeAt(start) === 45 ? start + 1 : start;
  const digits = end - first;
  return digits > MANY_DIGITS || (digits === MANY_DIGITS && text.slice(first, end) > MOST_EXACT);
}

function describeSyntaxError(text: string): string {
  if (text.trim() === "") return "the JSON body is empty";
  const at = jsonErrorAt(text);
  if (at === -1) return "JSON is not valid";
  if (at >= text.length) return `JSON ends unexpectedly at character ${text.length}`;
  return `JSON is not valid at character ${at + 1}: ${JSON.stringify(charAt(text, at))}`;
}

function charAt(text: string, position: number): string {
  return String.fromCodePoint(text.codePointAt(position) ?? 0);
}
