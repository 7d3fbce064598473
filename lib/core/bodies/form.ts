import type { Json } from "../json";
import { checkUtf8, decodeText, type TextEncoding } from "./charset";
import { KeyTree } from "./key-tree";

const UTF_8: TextEncoding = { label: "utf-8", bomBytes: 0 };

const PERCENT = 0x25;
const AMPERSAND = 0x26;
const PLUS = 0x2b;
const EQUALS = 0x3d;
const SPACE = 0x20;

/** Turns a URL-encoded form into an object; values are strings. Throws a BodyError for bytes that its charset does not allow. */
export function parseForm(bytes: Buffer, encoding: TextEncoding): Json {
  const { source, charset } = withCharset(bytes, encoding);
  const tree = new KeyTree();
  // Percent escapes stand for bytes of the charset, so a part is decoded after they are undone.
  const textOf = (start: number, end: number) => decodeText(unescaped(source, start, end), charset);
  const { length } = source;
  for (let start = 0; start < length; ) {
    let end = start;
    while (end < length && source[end] !== AMPERSAND && source[end] !== EQUALS) end++;
    const nameEnd = end;
    while (end < length && source[end] !== AMPERSAND) end++;
    if (end > start) tree.add(textOf(start, nameEnd), nameEnd === end ? "" : textOf(nameEnd + 1, end));
    start = end + 1;
  }
  return tree.toJson();
}

/** The bytes without their byte order mark, and the charset of their parts. UTF-16, whose separators are no bytes, becomes UTF-8. */
function withCharset(bytes: Buffer, encoding: TextEncoding): { source: Buffer; charset: TextEncoding } {
  if (encoding.label.startsWith("utf-16")) return { source: Buffer.from(decodeText(bytes, encoding)), charset: UTF_8 };
  if (encoding.label === "utf-8") checkUtf8(bytes);
  return { source: bytes.subarray(encoding.bomBytes), charset: { label: encoding.label, bomBytes: 0 } };
}

/** The bytes of a part with its plus signs and percent escapes undone. A percent sign without two digits stays what it is. */
function unescaped(source: Buffer, start: number, end: number): Buffer {
  const part = source.subarray(start, end);
  if (!part.includes(PERCENT) && !part.includes(PLUS)) return part;
  const target = Buffer.allocUnsafe(part.length);
  let length = 0;
  for (let at = 0; at < part.length; at++) {
    const byte = part[at]!;
    const high = byte === PERCENT ? hexDigit(part[at + 1]) : -1;
    const low = high < 0 ? -1 : hexDigit(part[at + 2]);
    if (low >= 0) {
      target[length++] = high * 16 + low;
      at += 2;
    } else target[length++] = byte === PLUS ? SPACE : byte;
  }
  return target.subarray(0, length);
}

function hexDigit(code = 0): number {
  if (code >= 48 && code <= 57) return code - 48;
  const lower = code | 32;
  return lower >= 97 && lower <= 102 ? lower - 87 : -1;
}
