import type { Json } from "../json";
import { decodeText, type TextEncoding } from "./charset";
import { KeyTree } from "./key-tree";

const UTF_8: TextEncoding = { label: "utf-8", bomBytes: 0 };

const PERCENT = 37;

/** Turns a URL-encoded form into an object; values are strings. Throws a BodyError for bytes that its charset does not allow. */
export function parseForm(bytes: Buffer, encoding: TextEncoding): Json {
  const tree = new KeyTree();
  // Percent escapes stand for bytes of the charset, so other charsets are decoded after the escapes are undone.
  const isText = encoding.label === "utf-8" || encoding.label.startsWith("utf-16");
  const text = isText ? decodeText(bytes, encoding) : bytes.toString("latin1", encoding.bomBytes);
  const decode = isText ? unescapeText : (part: string) => decodeText(unescapeBytes(part, "latin1"), encoding);
  for (let start = 0; start < text.length; ) {
    const found = text.indexOf("&", start);
    const end = found === -1 ? text.length : found;
    if (end > start) {
      const pair = text.slice(start, end);
      const equals = pair.indexOf("=");
      if (equals === -1) tree.add(decode(pair), "");
      else tree.add(decode(pair.slice(0, equals)), decode(pair.slice(equals + 1)));
    }
    start = end + 1;
  }
  return tree.toJson();
}

function unescapeText(part: string): string {
  const spaced = part.includes("+") ? part.replaceAll("+", " ") : part;
  if (!spaced.includes("%")) return spaced;
  try {
    return decodeURIComponent(spaced);
  } catch {
    // A lone percent sign stays what it is; escapes that are no UTF-8 are refused.
    return decodeText(unescapeBytes(part, "utf8"), UTF_8);
  }
}

function unescapeBytes(part: string, encoding: "utf8" | "latin1"): Buffer {
  const source = Buffer.from(part.replaceAll("+", " "), encoding);
  const target = Buffer.alloc(source.length);
  let length = 0;
  for (let at = 0; at < source.length; at++) {
    const byte = source[at] as number;
    const high = byte === PERCENT ? hexDigit(source[at + 1]) : -1;
    const low = high < 0 ? -1 : hexDigit(source[at + 2]);
    target[length++] = low < 0 ? byte : high * 16 + low;
    if (low >= 0) at += 2;
  }
  return target.subarray(0, length);
}

function hexDigit(code = 0): number {
  if (code >= 48 && code <= 57) return code - 48;
  const lower = code | 32;
  return lower >= 97 && lower <= 102 ? lower - 87 : -1;
}
