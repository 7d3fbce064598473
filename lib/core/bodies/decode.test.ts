import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BodyError } from "./body-error";
import { decodeBody } from "./decode";

const decode = (contentType: string | undefined, body: string | Buffer) =>
  decodeBody({ contentType, bytes: Buffer.from(body as string) });
const reasonOf = (contentType: string | undefined, body: string | Buffer) => {
  try {
    return decode(contentType, body);
  } catch (error) {
    expect(error).toBeInstanceOf(BodyError);
    return (error as BodyError).reason;
  }
};
const deepName = `a${"[b]".repeat(99)}`;
const utf16be = (text: string) => Buffer.from(text, "utf16le").swap16();

describe("decodeBody", () => {
  it.each([
    ["application/json", '{"a":1}', { a: 1 }],
    ["Application/JSON; Charset=UTF-8", '{"a":1}', { a: 1 }],
    ["text/json", "[1]", [1]],
    ["application/vnd.api+json", '"x"', "x"],
    ["application/xml", "<a>1</a>", { a: "1" }],
    ["text/xml; charset=utf-8", "<a/>", { a: "" }],
    ["application/soap+xml", "<a/>", { a: "" }],
    ["application/x-www-form-urlencoded", "a=1&b=2", { a: "1", b: "2" }],
    ["text/csv; header=present", "a,b\n1,2\n", [{ a: "1", b: "2" }]],
    ["text/tab-separated-values", "a\tb\n1\t2\n", [{ a: "1", b: "2" }]],
    ["application/x-ndjson", '{"a":1}\n\n[2]\r\n', [{ a: 1 }, [2]]],
    ["text/plain", "hello", { text: "hello" }],
    ["text/html; charset=utf-8", "<p>", { text: "<p>" }],
    ["application/octet-stream", "hello", { content: "aGVsbG8=", contentType: "application/octet-stream", size: 5 }],
    ["image/png; x=y", "", { content: "", contentType: "image/png", size: 0 }],
    ["json", "{}", { content: "e30=", contentType: "json", size: 2 }],
    [undefined, '{"a":1}', { a: 1 }],
    ["", "[1]", [1]],
    [undefined, "null", null],
    [undefined, "hello", { text: "hello" }],
    [undefined, '{"a":', { text: '{"a":' }],
    [undefined, "", {}],
    ["text/plain", "", { text: "" }],
    ["application/x-www-form-urlencoded", "", {}],
    ["text/csv", "", []],
    ["application/x-ndjson", "", []],
  ])("turns %j with %j into data", (contentType, body, data) => expect(decode(contentType, body)).toEqual(data));

  it("decodes multipart by the boundary of its type", () => {
    const body = '--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--x--\r\n';
    expect(decode('multipart/form-data; boundary="x"', body)).toEqual({ a: "1" });
  });

  it.each([
    ["application/json", "", "the JSON body is empty"],
    ["application/json", " \n", "the JSON body is empty"],
    ["application/xml", " ", "the XML body is empty"],
    ["application/json; charset=ebcdic", "{}", 'the charset "ebcdic" is not supported'],
    ["text/plain; charset=utf-7", "{}", 'the charset "utf-7" is not supported'],
    ["application/json", Buffer.from([0x22, 0xff, 0x22]), "it is not valid UTF-8"],
    ["text/plain", Buffer.from([0xc3, 0x28]), "it is not valid UTF-8"],
    [undefined, Buffer.from([0x80]), "it is not valid UTF-8"],
    ["application/json; charset=utf-16le", Buffer.from([0x22, 0x00, 0x00, 0xd8]), "it is not valid UTF-16LE"],
    ["application/x-ndjson", '{"a":1}\n{"a":\n', "line 2: JSON ends unexpectedly at character 5"],
    ["application/x-ndjson", "\n\n \n{}\n\n[}\n", 'line 6: JSON is not valid at character 2: "}"'],
    ["application/x-ndjson", "1\n".repeat(100_001), "it has more than 100000 keys"],
    ["application/x-ndjson", "[1]\n".repeat(50_001), "it has more than 100000 keys"],
    ["application/x-ndjson", "[".repeat(100) + "]".repeat(100), "it is nested more than 100 levels deep"],
    ["application/xml", "<a><a/>".repeat(60) + "</a>".repeat(60), "it is nested more than 100 levels deep"],
    ["application/xml", `<r>${'<a b="">x</a>'.repeat(33_334)}</r>`, "it has more than 100000 keys"],
    ["application/x-www-form-urlencoded", `${deepName}=1&${deepName}=2`, "it is nested more than 100 levels deep"],
    ["multipart/form-data", "", "its Content-Type has no boundary"],
    [undefined, "[".repeat(101) + "]".repeat(101), "it is nested more than 100 levels deep"],
    [undefined, '{"__proto__":1}', 'the key "__proto__" is not allowed'],
  ])("refuses %j with %j", (contentType, body, reason) => expect(reasonOf(contentType, body)).toBe(reason));

  it.each([
    ["application/json", Buffer.from('\ufeff{"a":"ö"}')],
    ["application/json", Buffer.from('\ufeff{"a":"ö"}', "utf16le")],
    ["application/json", utf16be('\ufeff{"a":"ö"}')],
    ["application/json; charset=utf-8", Buffer.from('\ufeff{"a":"ö"}', "utf16le")],
    ["application/json", Buffer.from('{"a":"ö"}', "utf16le")],
    ["application/json", utf16be('{"a":"ö"}')],
    ["application/json; charset=utf-16", Buffer.from('{"a":"ö"}', "utf16le")],
    ["application/json; charset=UTF-16", utf16be('{"a":"ö"}')],
    ["application/json; charset=utf-16be", utf16be('{"a":"ö"}')],
    ["application/json; charset=iso-8859-1", Buffer.from('{"a":"ö"}', "latin1")],
    ['application/json; charset="utf8"', Buffer.from('{"a":"ö"}')],
    [undefined, Buffer.from('\ufeff{"a":"ö"}', "utf16le")],
    ["application/x-www-form-urlencoded", Buffer.from("a=%C3%B6")],
    ["application/x-www-form-urlencoded", Buffer.from("a=ö")],
    ["application/x-www-form-urlencoded; charset=utf-16le", Buffer.from("a=%C3%B6", "utf16le")],
    ["application/x-www-form-urlencoded; charset=iso-8859-1", Buffer.from("a=%F6")],
    ["application/x-www-form-urlencoded; charset=iso-8859-1", Buffer.from("a=ö", "latin1")],
  ])("reads the charset of %s, sent as %j", (contentType, bytes) => {
    expect(decodeBody({ contentType, bytes })).toEqual({ a: "ö" });
  });

  it.each([
    ["text/xml", Buffer.from('<?xml version="1.0" encoding="ISO-8859-1"?><a>ö</a>', "latin1")],
    ["text/xml", Buffer.from("<?xml version='1.0' encoding='utf-8' ?><a>ö</a>")],
    ["text/xml", Buffer.from('<?xml version="1.0" encoding="UTF-16"?><a>ö</a>', "utf16le")],
    ["text/xml", utf16be('\ufeff<?xml version="1.0" encoding="UTF-16"?><a>ö</a>')],
    ["text/xml; charset=utf-8", Buffer.from('<?xml version="1.0" encoding="ISO-8859-1"?><a>ö</a>')],
    ["text/xml", Buffer.from('<?xml version="1.0" encoding="UTF-16"?><a>ö</a>')],
  ])("reads the encoding of %s, sent as %j", (contentType, bytes) => {
    expect(decodeBody({ contentType, bytes })).toEqual({ a: "ö" });
  });

  it("refuses an XML encoding that it does not know", () => {
    expect(reasonOf("text/xml", '<?xml version="1.0" encoding="x-odd"?><a/>')).toBe(
      'the charset "x-odd" is not supported',
    );
  });

  it("fails on hostile bytes only with a BodyError", () => {
    const types = [
      "application/json",
      "application/xml",
      "application/x-www-form-urlencoded",
      "multipart/form-data; boundary=b",
      "text/csv",
      "text/tab-separated-values",
      "application/x-ndjson",
      "text/plain",
      "image/png",
      undefined,
    ];
    const pieces = fc
      .array(
        fc.constantFrom(
          "<a>",
          "</a>",
          "&",
          "=",
          "[",
          "]",
          "{",
          "}",
          '"',
          ",",
          "\n",
          "%",
          "--b",
          "\r\n",
          "\\",
          "1",
          ":",
          "<!",
          "]]>",
        ),
      )
      .map((parts) => Buffer.from(parts.join("")));
    const bytes = fc.oneof(
      pieces,
      fc.uint8Array().map((raw) => Buffer.from(raw)),
    );
    fc.assert(
      fc.property(fc.constantFrom(...types), bytes, (contentType, body) => {
        reasonOf(contentType, body);
      }),
      { numRuns: 2_000 },
    );
  });
});

it("takes nothing of a body that broke off in the middle of a character into the next one", () => {
  const contentType = "text/plain; charset=shift_jis";
  const read = (...bytes: number[]) => decodeBody({ contentType, bytes: Buffer.from(bytes) });
  expect(() => read(0x83)).toThrow("it is not valid SHIFT_JIS");
  expect(read(0x41, 0x83, 0x41)).toEqual({ text: "Aア" });
});
