import type { Json } from "../json";
import { BodyError } from "./body-error";
import { decodeText, detectEncoding, type TextEncoding } from "./charset";
import { type HeaderValue, parseHeaderValue } from "./content-type";
import { parseCsv } from "./csv";
import { parseForm } from "./form";
import { KeyCount } from "./limits";
import { parseMultipart } from "./multipart";
import { checkJsonLimits, parseJson, tryParseJson } from "./parse-json";
import { isPlainJson } from "./plain-json";
import { parseXml } from "./xml";

export type Body = {
  /** The request's Content-Type, with its parameters. */
  contentType: string | undefined;
  /** The body after Content-Encoding is undone (decompress.ts). */
  bytes: Buffer;
};

/** Turns a request's body into data by its Content-Type; throws a BodyError when it cannot, or when a limit is passed. */
export function decodeBody({ contentType, bytes }: Body): Json {
  if (!contentType) return decodeUntyped(bytes);
  const type = parseHeaderValue(contentType);
  const encoding = () => detectEncoding(bytes, type.parameters.get("charset"));
  switch (kindOf(type.value)) {
    case "json":
      return parseJson(decodeText(bytes, encoding()));
    case "xml":
      return parseXml(decodeText(bytes, detectXmlEncoding(bytes, type)));
    case "form":
      return parseForm(bytes, encoding());
    case "multipart":
      return parseMultipart(bytes, type.parameters.get("boundary"));
    case "csv":
      return parseCsv(decodeText(bytes, encoding()), ",");
    case "tsv":
      return parseCsv(decodeText(bytes, encoding()), "\t");
    case "ndjson":
      return parseJsonLines(decodeText(bytes, encoding()));
    case "text":
      return { text: decodeText(bytes, encoding()) };
    case "bytes":
      return { content: bytes.toString("base64"), contentType: type.value, size: bytes.length };
  }
}

/** The usual ways to say that a body is JSON in UTF-8. */
const JSON_IN_UTF_8 = /^(?:application|text)\/json(?: ?; ?charset="?utf-?8"?)?$/i;

/** Throws a BodyError exactly when `decodeBody` would, without building what nobody reads where that can be told. */
export function checkBody(body: Body): void {
  if (body.contentType && JSON_IN_UTF_8.test(body.contentType) && isPlainJson(body.bytes)) return;
  decodeBody(body);
}

type Kind = "json" | "xml" | "form" | "multipart" | "csv" | "tsv" | "ndjson" | "text" | "bytes";

const KINDS: ReadonlyMap<string, Kind> = new Map([
  ["application/json", "json"],
  ["text/json", "json"],
  ["application/xml", "xml"],
  ["text/xml", "xml"],
  ["application/x-www-form-urlencoded", "form"],
  ["multipart/form-data", "multipart"],
  ["text/csv", "csv"],
  ["text/tab-separated-values", "tsv"],
  ["application/x-ndjson", "ndjson"],
]);

function kindOf(type: string): Kind {
  const kind = KINDS.get(type);
  if (kind) return kind;
  if (type.endsWith("+json")) return "json";
  if (type.endsWith("+xml")) return "xml";
  return type.startsWith("text/") ? "text" : "bytes";
}

function decodeUntyped(bytes: Buffer): Json {
  if (bytes.length === 0) return {};
  const text = decodeText(bytes, detectEncoding(bytes));
  const value = tryParseJson(text);
  return value === undefined ? { text } : value;
}

const XML_DECLARATION = /^<\?xml\s[^>]*?\bencoding\s*=\s*["']([A-Za-z][\w.-]*)["']/;

/** The byte order mark and the charset parameter win over the declaration (RFC 7303). */
function detectXmlEncoding(bytes: Buffer, { parameters }: HeaderValue): TextEncoding {
  const sent = parameters.get("charset");
  const encoding = detectEncoding(bytes, sent);
  if (sent || encoding.bomBytes > 0 || encoding.label !== "utf-8") return encoding;
  const declared = XML_DECLARATION.exec(bytes.toString("latin1", 0, 300))?.[1];
  // A document that can be read as ASCII up to here is not UTF-16, whatever it says.
  if (!declared || /^utf-16/i.test(declared)) return encoding;
  return detectEncoding(bytes, declared);
}

function parseJsonLines(text: string): Json {
  const keys = new KeyCount();
  keys.add(checkJsonLimits(text, 1));
  const values: Json[] = [];
  for (let start = 0, number = 1; start < text.length; number++) {
    if (text.charCodeAt(start) === 10) {
      start++;
      continue;
    }
    const found = text.indexOf("\n", start);
    const end = found === -1 ? text.length : found;
    const line = text.slice(start, end);
    start = end + 1;
    if (line.trim() === "") continue;
    keys.add();
    try {
      values.push(parseJson(line));
    } catch (error) {
      throw error instanceof BodyError ? new BodyError(`line ${number}: ${error.reason}`) : error;
    }
  }
  return values;
}
