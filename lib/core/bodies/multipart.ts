import type { Json } from "../json";
import { BodyError } from "./body-error";
import { decodeText, detectEncoding } from "./charset";
import { parseHeaderValue } from "./content-type";
import { KeyTree } from "./key-tree";

/** The longest header block of one part, in bytes. */
const MAX_PART_HEADER_BYTES = 16_384;

const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;

type Part = { headers: Map<string, string>; content: Buffer };

/**
 * Turns multipart/form-data into an object. Names nest and repeat as in a URL-encoded form; a file becomes
 * `{ filename, contentType, size, content }` with base64 content. Throws a BodyError for a body that is cut off or malformed.
 */
export function parseMultipart(bytes: Buffer, boundary: string | undefined): Json {
  if (!boundary) throw new BodyError("its Content-Type has no boundary");
  const tree = new KeyTree();
  for (const part of readParts(bytes, Buffer.from(`--${boundary}`, "latin1"))) addPart(tree, part);
  return tree.toJson();
}

function* readParts(bytes: Buffer, delimiter: Buffer): Generator<Part> {
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

/** Finds the next line that is a delimiter. `start` is where the content before it ends, `end` where the next line begins. */
function findDelimiter(bytes: Buffer, delimiter: Buffer, from: number): Delimiter | undefined {
  for (let at = bytes.indexOf(delimiter, from); at !== -1; at = bytes.indexOf(delimiter, at + 1)) {
    if (at > 0 && bytes[at - 1] !== LINE_FEED) continue;
    let end = at + delimiter.length;
    const isLast = bytes[end] === 45 && bytes[end + 1] === 45;
    while (bytes[end] === 32 || bytes[end] === 9) end++;
    if (bytes[end] === CARRIAGE_RETURN) end++;
    if (!isLast && bytes[end] !== LINE_FEED) continue;
    const start = bytes[at - 2] === CARRIAGE_RETURN ? at - 2 : at - 1;
    return { start, end: end + 1, isLast };
  }
  return undefined;
}

function readPart(bytes: Buffer): Part {
  const headers = new Map<string, string>();
  let at = 0;
  while (at < bytes.length) {
    const lineEnd = bytes.indexOf(LINE_FEED, at);
    if (lineEnd === -1 || lineEnd > MAX_PART_HEADER_BYTES) throw new BodyError("the headers of a part don't end");
    const line = decodeText(bytes.subarray(at, lineEnd), { label: "utf-8", bomBytes: 0 }).trimEnd();
    at = lineEnd + 1;
    if (line === "") return { headers, content: bytes.subarray(at) };
    const colon = line.indexOf(":");
    if (colon > 0) headers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
  }
  throw new BodyError("the headers of a part don't end");
}

function addPart(tree: KeyTree, { headers, content }: Part): void {
  const { parameters } = parseHeaderValue(headers.get("content-disposition") ?? "");
  const name = parameters.get("name");
  if (name === undefined) throw new BodyError("a part has no name");
  const contentType = parseHeaderValue(headers.get("content-type") ?? "text/plain");
  const filename = readFilename(parameters);
  if (filename === undefined && contentType.value !== "application/octet-stream") {
    tree.add(name, decodeText(content, detectEncoding(content, contentType.parameters.get("charset") ?? "utf-8")));
    return;
  }
  tree.add(name, {
    filename: filename ?? "",
    contentType: contentType.value,
    size: content.length,
    content: content.toString("base64"),
  });
}

/** The file's own name: `filename*` (RFC 5987) before `filename`, without the folders that some senders put before it. */
function readFilename(parameters: ReadonlyMap<string, string>): string | undefined {
  const extended = /^utf-8'[^']*'(.*)$/i.exec(parameters.get("filename*") ?? "")?.[1];
  const filename = decodeExtended(extended) ?? parameters.get("filename");
  return filename?.replace(/^.*[/\\]/s, "");
}

function decodeExtended(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  try {
    return decodeURIComponent(text);
  } catch {
    throw new BodyError("a file's name is not valid UTF-8");
  }
}
