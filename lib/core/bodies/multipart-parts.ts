import { BodyError } from "./body-error";
import { checkUtf8 } from "./charset";

/** The longest header block of one part, in bytes. */
const MAX_HEADER_BYTES = 16_384;

const DASH = 0x2d;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const COLON = 0x3a;

const DISPOSITION = Buffer.from("content-disposition");
const TYPE = Buffer.from("content-type");

/** One part of multipart data: the headers that are read, empty or undefined where it has none, and its content. */
export type Part = { disposition: string; type: string | undefined; content: Buffer };

/** Gives the parts between the lines that are the delimiter; throws a BodyError where the body is cut off or malformed. */
export function* readParts(bytes: Buffer, delimiter: Buffer): Generator<Part> {
  let found = findDelimiter(bytes, delimiter, 0);
  if (!found) throw new BodyError("it does not hold the boundary of its Content-Type");
  while (!found.isLast) {
    const start: number = found.end;
    const next = findDelimiter(bytes, delimiter, start);
    if (!next) throw new BodyError("the multipart data ends before its last boundary");
    yield readPart(bytes.subarray(start, Math.max(start, next.start)));
    found = next;
  }
}

type Delimiter = { start: number; end: number; isLast: boolean };

/**
 * Finds the next line, of those from the beginning of one on, that is a delimiter. `start` is where the content before it ends,
 * `end` where the next line begins. Looks at each byte once or twice, whatever the delimiter is: a search for the delimiter
 * itself compares nearly all of it again and again where the body repeats a part of it.
 */
function findDelimiter(bytes: Buffer, delimiter: Buffer, from: number): Delimiter | undefined {
  const { length } = bytes;
  for (let at = from; at < length; ) {
    if (bytes[at] === DASH && startsWith(bytes, delimiter, at)) {
      const found = delimiterAt(bytes, at, at + delimiter.length);
      if (found) return found;
    }
    while (at < length && bytes[at] !== LINE_FEED) at++;
    at++;
  }
  return undefined;
}

function startsWith(bytes: Buffer, delimiter: Buffer, at: number): boolean {
  for (let index = 0; index < delimiter.length; index++) if (bytes[at + index] !== delimiter[index]) return false;
  return true;
}

/** The delimiter at `at`, if nothing but spaces follows it on its line. */
function delimiterAt(bytes: Buffer, at: number, after: number): Delimiter | undefined {
  let end = after;
  const isLast = bytes[end] === DASH && bytes[end + 1] === DASH;
  while (bytes[end] === 0x20 || bytes[end] === 0x09) end++;
  if (bytes[end] === CARRIAGE_RETURN) end++;
  if (!isLast && bytes[end] !== LINE_FEED) return undefined;
  const start = bytes[at - 2] === CARRIAGE_RETURN ? at - 2 : at - 1;
  return { start, end: end + 1, isLast };
}

/** Where the value of a header begins and ends. */
type Value = { start: number; end: number };

function readPart(bytes: Buffer): Part {
  let disposition: Value | undefined;
  let type: Value | undefined;
  for (let start = 0, end = lineEnd(bytes, start); end !== -1; start = end + 1, end = lineEnd(bytes, start)) {
    const first = skipSpaces(bytes, start, end);
    if (first === end) {
      checkUtf8(bytes.subarray(0, end));
      const content = bytes.subarray(end + 1);
      return { disposition: textOf(bytes, disposition) ?? "", type: textOf(bytes, type), content };
    }
    disposition = headerValue(bytes, DISPOSITION, first, end) ?? disposition;
    type = headerValue(bytes, TYPE, first, end) ?? type;
  }
  throw new BodyError("the headers of a part don't end");
}

/** Where the line ends that begins at `start`; -1 when the headers are too long by then, or the part is over. */
function lineEnd(bytes: Buffer, start: number): number {
  const most = Math.min(bytes.length, MAX_HEADER_BYTES + 1);
  for (let at = start; at < most; at++) if (bytes[at] === LINE_FEED) return at;
  return -1;
}

/** The value of the header on a line, if its name, whatever its case, is this one. */
function headerValue(bytes: Buffer, name: Buffer, first: number, end: number): Value | undefined {
  for (let index = 0; index < name.length; index++) {
    const byte = bytes[first + index]!;
    if ((byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte) !== name[index]) return undefined;
  }
  const colon = skipSpaces(bytes, first + name.length, end);
  return colon < end && bytes[colon] === COLON ? { start: skipSpaces(bytes, colon + 1, end), end } : undefined;
}

const textOf = (bytes: Buffer, value: Value | undefined) =>
  value && bytes.toString("utf8", value.start, value.end).trim();

function skipSpaces(bytes: Buffer, start: number, end: number): number {
  let at = start;
  while (at < end && (bytes[at] === 0x20 || (bytes[at]! >= 0x09 && bytes[at]! <= 0x0d))) at++;
  return at;
}
