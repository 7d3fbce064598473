import { isUtf8 } from "node:buffer";
import { MAX_DEPTH, MAX_KEYS } from "./limits";

/** Below this length a text cannot hold MAX_KEYS keys: each takes a character and a comma at least. */
const MANY_KEYS_BYTES = 2 * MAX_KEYS;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const ZERO = 0x30;
const NINE = 0x39;
const MINUS = 0x2d;
const PLUS = 0x2b;
const POINT = 0x2e;

/** What comes next in the grammar of RFC 8259. */
const VALUE = 0;
const VALUE_OR_END = 1;
const KEY = 2;
const KEY_OR_END = 3;
const COMMA_OR_END = 4;

/** 1 for the bytes that end a string, escape what follows or must not be in it. */
const isSpecial = Uint8Array.from({ length: 256 }, (_, byte) =>
  Number(byte < 0x20 || byte === QUOTE || byte === BACKSLASH),
);

/** For each level that is open, whether it is an object. */
const isObjectAt = new Uint8Array(MAX_DEPTH + 1);

const isDigit = (byte: number) => byte >= ZERO && byte <= NINE;
const isHex = (byte: number) => isDigit(byte) || (byte >= 0x41 && byte <= 0x46) || (byte >= 0x61 && byte <= 0x66);

/** Where a string ends whose first quote is at `at`: after its last one. -1 when it is not valid. */
function afterString(bytes: Uint8Array, at: number): number {
  const { length } = bytes;
  for (let next = at + 1; next < length; next++) {
    const byte = bytes[next]!;
    if (isSpecial[byte] === 0) continue;
    if (byte === QUOTE) return next + 1;
    if (byte !== BACKSLASH || ++next >= length) return -1;
    switch (bytes[next]) {
      case 0x75: // u
        if (next + 4 >= length) return -1;
        for (const end = next + 4; next < end; next++) if (!isHex(bytes[next + 1]!)) return -1;
        break;
      case QUOTE:
      case BACKSLASH:
      case 0x2f: // /
      case 0x62: // b
      case 0x66: // f
      case 0x6e: // n
      case 0x72: // r
      case 0x74: // t
        break;
      default:
        return -1;
    }
  }
  return -1;
}

/** Where the digits end that begin at `at`; -1 when there is none. */
function afterDigits(bytes: Uint8Array, at: number): number {
  const { length } = bytes;
  let next = at;
  while (next < length && isDigit(bytes[next]!)) next++;
  return next === at ? -1 : next;
}

function afterNumber(bytes: Uint8Array, at: number): number {
  const { length } = bytes;
  const first = bytes[at] === MINUS ? at + 1 : at;
  let next = first < length && bytes[first] === ZERO ? first + 1 : afterDigits(bytes, first);
  if (next === -1) return -1;
  if (next < length && bytes[next] === POINT) {
    next = afterDigits(bytes, next + 1);
    if (next === -1) return -1;
  }
  if (next >= length || (bytes[next]! | 0x20) !== 0x65) return next;
  next++;
  if (next < length && (bytes[next] === PLUS || bytes[next] === MINUS)) next++;
  return afterDigits(bytes, next);
}

function afterWord(bytes: Uint8Array, at: number, word: string): number {
  const end = at + word.length;
  if (end > bytes.length) return -1;
  for (let index = 1; index < word.length; index++) if (bytes[at + index] !== word.charCodeAt(index)) return -1;
  return end;
}

/** Where a number, a word or a string ends that begins at `at`; -1 when it is not valid. */
function afterScalar(bytes: Uint8Array, at: number): number {
  switch (bytes[at]) {
    case QUOTE:
      return afterString(bytes, at);
    case 0x74:
      return afterWord(bytes, at, "true");
    case 0x66:
      return afterWord(bytes, at, "false");
    case 0x6e:
      return afterWord(bytes, at, "null");
    default:
      return afterNumber(bytes, at);
  }
}

/** Whether a key may be one of those that are refused: written with an escape, or of a length and beginning like theirs. */
function isSuspicious(bytes: Uint8Array, start: number, end: number): boolean {
  const length = end - start - 2;
  if (length === 9 || length === 11) {
    const first = bytes[start + 1];
    if (first === 0x5f || first === 0x63) return true; // _ and c, of __proto__ and constructor
  }
  for (let at = start + 1; at < end; at++) if (bytes[at] === BACKSLASH) return true;
  return false;
}

/**
 * Whether bytes are JSON in UTF-8 that is within every limit and harmless, found without building anything of it: true only
 * when parse-json.ts would take it. False says nothing: it has to be parsed to know.
 */
export function isPlainJson(bytes: Uint8Array): boolean {
  const { length } = bytes;
  if (length >= MANY_KEYS_BYTES) return false;
  let depth = 0;
  let expected = VALUE;
  for (let at = 0; at < length; ) {
    const byte = bytes[at]!;
    if (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09) {
      at++;
      continue;
    }
    if (expected === COMMA_OR_END) {
      if (depth === 0) return false;
      if (byte === COMMA) expected = isObjectAt[depth] === 1 ? KEY : VALUE;
      else if (byte === (isObjectAt[depth] === 1 ? CLOSE_OBJECT : CLOSE_LIST)) depth--;
      else return false;
      at++;
    } else if (expected === KEY || expected === KEY_OR_END) {
      if (byte === CLOSE_OBJECT && expected === KEY_OR_END) {
        depth--;
        expected = COMMA_OR_END;
        at++;
        continue;
      }
      const end = byte === QUOTE ? afterString(bytes, at) : -1;
      if (end === -1 || isSuspicious(bytes, at, end)) return false;
      at = end;
      while (at < length && bytes[at]! <= 0x20) {
        const space = bytes[at]!;
        if (space !== 0x20 && space !== 0x0a && space !== 0x0d && space !== 0x09) return false;
        at++;
      }
      if (at >= length || bytes[at] !== COLON) return false;
      expected = VALUE;
      at++;
    } else if (byte === OPEN_OBJECT || byte === OPEN_LIST) {
      if (depth === MAX_DEPTH) return false;
      const isObject = byte === OPEN_OBJECT;
      isObjectAt[++depth] = isObject ? 1 : 0;
      expected = isObject ? KEY_OR_END : VALUE_OR_END;
      at++;
    } else if (byte === CLOSE_LIST && expected === VALUE_OR_END) {
      depth--;
      expected = COMMA_OR_END;
      at++;
    } else {
      at = afterScalar(bytes, at);
      if (at === -1) return false;
      expected = COMMA_OR_END;
    }
  }
  return depth === 0 && expected === COMMA_OR_END && isUtf8(bytes);
}
