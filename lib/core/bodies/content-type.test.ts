import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseHeaderValue } from "./content-type";

const split = (header: string) => {
  const { value, parameters } = parseHeaderValue(header);
  return { value, ...Object.fromEntries(parameters) };
};

/** The grammar as an expression, which takes long for headers that are made for it. */
const PARAMETER = /;\s*([^\s=;]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;]*))/g;

function judgedParameters(header: string): { [name: string]: string } {
  const found: [string, string][] = [...header.matchAll(PARAMETER)].map(([, name = "", quoted, plain = ""]) => [
    name.toLowerCase(),
    quoted?.replace(/\\(["\\])/g, "$1") ?? plain.trim(),
  ]);
  const read = ["boundary", "charset", "filename", "filename*", "name"];
  return Object.fromEntries(found.reverse().filter(([name]) => read.includes(name)));
}

describe("parseHeaderValue", () => {
  it.each([
    ["application/json", { value: "application/json" }],
    [" Text/HTML ;Charset=UTF-8", { value: "text/html", charset: "UTF-8" }],
    ['multipart/form-data; boundary="a b;c"; name=1', { value: "multipart/form-data", boundary: "a b;c", name: "1" }],
    [
      'form-data; name="a\\"b\\\\c"; filename="C:\\dir\\f"',
      { value: "form-data", name: 'a"b\\c', filename: "C:\\dir\\f" },
    ],
    ["text/plain; charset=a; charset=b", { value: "text/plain", charset: "a" }],
    ['text/plain; x="; charset=a"; charset=b; y', { value: "text/plain", charset: "b" }],
    ["text/plain;", { value: "text/plain" }],
    ["text/plain; charset", { value: "text/plain" }],
    ["text/plain; charset=", { value: "text/plain", charset: "" }],
    ["", { value: "" }],
  ])("splits %j", (header, parts) => expect(split(header)).toEqual(parts));

  it("reads the parameters that an expression finds, in pieces of headers in any order", () => {
    const pieces = fc.array(
      fc.constantFrom(
        ...[";", "=", '"', "\\", " ", "\t", "\u00a0", "\u2028", "\u2009", "\ufeff", "x", "é", "/", "*"],
        ...["name", "NAME", "filename", "filename*", "charset=", "; name=", '; name="', '"; boundary='],
      ),
      { maxLength: 25 },
    );
    const finds = fc.property(pieces, (parts) => {
      const header = `;${parts.join("")}`;
      expect([header, Object.fromEntries(parseHeaderValue(header).parameters)]).toEqual([
        header,
        judgedParameters(header),
      ]);
    });
    fc.assert(finds, { numRuns: 5_000 });
  });
});
