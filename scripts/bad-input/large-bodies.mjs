import { brotliCompressSync, gzipSync } from "node:zlib";
import { forms, multipart } from "./large-forms.mjs";
import { json, ndjson } from "./large-json.mjs";
import { tables } from "./large-tables.mjs";
import { xml } from "./large-xml.mjs";
import { filled } from "./make-body.mjs";

/** @typedef {{ kind: string, title: string, type: string, encoding?: string, make: (bytes: number) => Buffer }} LargeBody */

const JSON_TYPE = "application/json";
const XML = "application/xml";
const FORM = "application/x-www-form-urlencoded";

const DASHES = "-".repeat(8_000);
const jsonNamed = (title) => json.find(([known]) => known === title)[1];
const SPACES = "spaces, and a wrong end";

/** @param {string} type @param {string} kind @param {[string, (bytes: number) => Buffer][]} bodies @returns {LargeBody[]} */
const of = (type, kind, bodies) => bodies.map(([title, make]) => ({ kind, title, type, make }));

const asUtf16 = (make) => (bytes) => Buffer.from(make(Math.floor(bytes / 2)).toString("latin1"), "utf16le");

const charsets = [
  ...["iso-8859-1", "iso-8859-2", "shift_jis", "gb18030", "utf-16le"].map((label) => ({
    title: `text in ${label}`,
    type: `text/plain; charset=${label}`,
    make: filled("", label === "utf-16le" ? "a\0" : "aZ"),
  })),
  {
    title: "text of two bytes a character in gb18030",
    type: "text/plain; charset=gb18030",
    make: filled("", "\xb0\xa1"),
  },
  { title: "text outside of ASCII", type: "text/plain", make: filled("", "\xc3\xa9\xf0\x9f\x98\x80") },
  { title: "text outside of ASCII with a bad end", type: "text/plain", make: filled("", "\xc3\xa9", "\xff") },
  {
    title: "JSON in UTF-16: spaces with a wrong end",
    type: "application/json; charset=utf-16le",
    make: asUtf16(filled("[", " ", "}")),
  },
  {
    title: "JSON outside of ASCII: spaces with a wrong end",
    type: JSON_TYPE,
    make: (bytes) => Buffer.concat([Buffer.from('["日",'), filled("", " ", "}")(bytes - 10)]),
  },
  {
    title: "JSON outside of ASCII: 99,999 keys in escapes",
    type: JSON_TYPE,
    make: (bytes) =>
      Buffer.concat([Buffer.from('{"日":1,'), jsonNamed("99,999 different keys in escapes")(bytes - 12).subarray(1)]),
  },
  {
    title: "XML in UTF-16: text of references",
    type: "application/xml; charset=utf-16le",
    make: asUtf16(filled("<r>", "&lt;", "</r>")),
  },
  {
    title: "XML outside of ASCII: text of references",
    type: XML,
    make: (bytes) => Buffer.concat([Buffer.from("<r>日"), filled("", "&lt;", "</r>")(bytes - 8)]),
  },
  ...["iso-8859-1", "shift_jis", "gb18030", "utf-16le"].flatMap((label) =>
    of(`${FORM}; charset=${label}`, `form in ${label}`, forms).map((body) =>
      label === "utf-16le" ? { ...body, make: asUtf16(body.make) } : body,
    ),
  ),
];

/** What is not of the listed types. */
const others = [
  { title: "bytes", type: "application/octet-stream", make: filled("", "\0") },
  { title: "no type: spaces with a wrong end", type: "", make: filled("[", " ", "}") },
  {
    title: "multipart: dashes, and a boundary of 8,000 dashes",
    type: `multipart/form-data; boundary=${DASHES}`,
    make: filled("", "-"),
  },
  {
    title: "multipart: lines of dashes, and a boundary of 8,000 dashes",
    type: `multipart/form-data; boundary=${DASHES}`,
    make: filled("", `\n${DASHES}-`),
  },
  { title: "multipart: dashes, and a boundary of one", type: "multipart/form-data; boundary=-", make: filled("", "-") },
  {
    title: "JSON with a type of 16,000 semicolons",
    type: `${JSON_TYPE}${";".repeat(16_000)}`,
    make: () => Buffer.from("{}"),
  },
  {
    title: "JSON with a type of 16,000 spaces",
    type: `${JSON_TYPE};${" ".repeat(16_000)}x`,
    make: () => Buffer.from("{}"),
  },
  {
    title: "JSON with a type of 16,000 backslashes",
    type: `${JSON_TYPE};a="${"\\".repeat(16_000)}`,
    make: () => Buffer.from("{}"),
  },
];

/** Packed bodies: unpacked they have the size asked for, or more than may be. */
const packed = [
  {
    title: "gzip of zeros, ten times as many as the limit",
    type: "text/plain",
    encoding: "gzip",
    make: (bytes) => gzipSync(Buffer.alloc(bytes * 10)),
  },
  {
    title: "gzip of JSON of spaces with a wrong end",
    type: JSON_TYPE,
    encoding: "gzip",
    make: (bytes) => gzipSync(jsonNamed(SPACES)(bytes)),
  },
  {
    title: "br of JSON of spaces with a wrong end",
    type: JSON_TYPE,
    encoding: "br",
    make: (bytes) => brotliCompressSync(jsonNamed(SPACES)(bytes), { params: { 1: 1 } }),
  },
  {
    title: "gzip of gzip of gzip",
    type: "text/plain",
    encoding: "gzip, gzip, gzip",
    make: (bytes) => gzipSync(gzipSync(gzipSync(Buffer.alloc(bytes)))),
  },
];

/** Bodies that take a decoder longest, of as many bytes as are asked for. @type {LargeBody[]} */
export const largeBodies = [
  ...of(JSON_TYPE, "JSON", json),
  ...of("application/x-ndjson", "NDJSON", ndjson),
  ...of(XML, "XML", xml),
  ...of(FORM, "form", forms),
  ...of("text/csv", "CSV", tables),
  ...of("multipart/form-data; boundary=b", "multipart", multipart),
  ...charsets.map((body) => ({ kind: "charsets", ...body })),
  ...others.map((body) => ({ kind: "others", ...body })),
  ...packed.map((body) => ({ kind: "packed", ...body })),
];
