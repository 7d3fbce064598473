import type { Json } from "../json";
import { BodyError } from "./body-error";
import { decodeText, detectEncoding } from "./charset";
import { type HeaderValue, parseHeaderValue } from "./content-type";
import { KeyTree } from "./key-tree";
import { type Part, readParts } from "./multipart-parts";

const PLAIN_TEXT = parseHeaderValue("text/plain");

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

function addPart(tree: KeyTree, { disposition, type, content }: Part): void {
  const { parameters } = parseHeaderValue(disposition);
  const name = parameters.get("name");
  if (name === undefined) throw new BodyError("a part has no name");
  const contentType = type === undefined ? PLAIN_TEXT : parseHeaderValue(type);
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
function readFilename(parameters: HeaderValue["parameters"]): string | undefined {
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
