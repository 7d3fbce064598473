import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BodyError } from "./body-error";
import { parseMultipart } from "./multipart";

const part = (headers: string, content: string) => `--b\r\n${headers}\r\n\r\n${content}\r\n`;
const field = (name: string, content: string) => part(`Content-Disposition: form-data; name="${name}"`, content);
const parse = (body: string | Buffer) => parseMultipart(Buffer.from(body as string), "b");

describe("parseMultipart", () => {
  it.each([
    [field("a", "1"), { a: "1" }],
    [field("a", "1") + field("b", "2"), { a: "1", b: "2" }],
    [field("a", "1") + field("a", "2"), { a: ["1", "2"] }],
    [field("a[]", "1"), { a: ["1"] }],
    [field("a[b][c]", "1"), { a: { b: { c: "1" } } }],
    [field("a", ""), { a: "" }],
    [field("a", "line 1\r\nline 2\r\n"), { a: "line 1\r\nline 2\r\n" }],
    [field("a", "--b no delimiter\r\n--bb"), { a: "--b no delimiter\r\n--bb" }],
    [field("größe", "日本"), { größe: "日本" }],
    [part("content-disposition: FORM-DATA; NAME=a", "1"), { a: "1" }],
    [part('Content-Disposition: form-data; name="a \\"b\\""', "1"), { 'a "b"': "1" }],
    [part('Content-Disposition: form-data; name="a"\r\nContent-Type: application/json', '{"x":1}'), { a: '{"x":1}' }],
    ["", {}],
  ])("reads the fields of %j", (body, value) => expect(parse(`${body}--b--\r\n`)).toEqual(value));

  it("turns a file into its name, type, size and base64 content", () => {
    const headers =
      'Content-Disposition: form-data; name="doc"; filename="C:\\temp\\a.pdf"\r\nContent-Type: application/pdf; x=y';
    const bytes = Buffer.concat([
      Buffer.from(`--b\r\n${headers}\r\n\r\n`),
      Buffer.from([0, 255, 13, 10, 45]),
      Buffer.from("\r\n--b--"),
    ]);
    expect(parse(bytes)).toEqual({
      doc: { filename: "a.pdf", contentType: "application/pdf", size: 5, content: "AP8NCi0=" },
    });
  });

  it.each([
    ['filename="ä.txt"', "ä.txt"],
    ["filename=plain.txt", "plain.txt"],
    ["filename=\"x\"; filename*=UTF-8''%E2%82%AC.txt", "€.txt"],
    ['filename="/etc/passwd"', "passwd"],
    ['filename=""', ""],
  ])("reads the name of a file from %s", (parameter, filename) => {
    const body = part(`Content-Disposition: form-data; name="f"; ${parameter}`, "x");
    expect(parse(`${body}--b--`)).toMatchObject({ f: { filename, contentType: "text/plain", size: 1 } });
  });

  it("takes bytes without a file name for a file", () => {
    const body = part('Content-Disposition: form-data; name="f"\r\nContent-Type: application/octet-stream', "x");
    expect(parse(`${body}--b--`)).toMatchObject({ f: { filename: "", contentType: "application/octet-stream" } });
  });

  it("reads a field in the charset of its part", () => {
    const head =
      '--b\r\nContent-Disposition: form-data; name="a"\r\nContent-Type: text/plain; charset=iso-8859-1\r\n\r\n';
    expect(parse(Buffer.concat([Buffer.from(head), Buffer.from("ö", "latin1"), Buffer.from("\r\n--b--")]))).toEqual({
      a: "ö",
    });
  });

  it("reads past what stands before the first and after the last boundary, and bare line feeds", () => {
    expect(parse(`preamble\r\n${field("a", "1")}--b--\r\nepilogue\r\n--b\r\n`)).toEqual({ a: "1" });
    expect(parse('--b\nContent-Disposition: form-data; name="a"\n\n1\n--b--\n')).toEqual({ a: "1" });
    expect(parse(`--b  \r\n${field("a", "1").slice(5)}--b--`)).toEqual({ a: "1" });
  });

  const refusals: [body: string, reason: string][] = [
    ["", "it does not hold the boundary of its Content-Type"],
    ["--c\r\n", "it does not hold the boundary of its Content-Type"],
    [field("a", "1"), "the multipart data ends before its last boundary"],
    [`${field("a", "1")}--b`, "the multipart data ends before its last boundary"],
    ["--b\r\n\r\n1\r\n--b--", "a part has no name"],
    [`${part("Content-Disposition: form-data", "1")}--b--`, "a part has no name"],
    ['--b\r\nContent-Disposition: form-data; name="a"\r\n--b--', "the headers of a part don't end"],
    [`--b\r\nX: ${"x".repeat(20_000)}\r\n\r\n1\r\n--b--`, "the headers of a part don't end"],
    [`${field("a", "1").repeat(10_001)}--b--`, "it has more than 10000 fields"],
    [`--b\r\n${"X: y\r\n".repeat(3_000)}\r\n1\r\n--b--`, "the headers of a part don't end"],
    [`${field("__proto__", "1")}--b--`, 'the key "__proto__" is not allowed'],
    [`${field("constructor[prototype]", "1")}--b--`, 'the key "constructor" with a "prototype" is not allowed'],
    [
      `${part("Content-Disposition: form-data; name=f; filename*=UTF-8''%FF", "1")}--b--`,
      "a file's name is not valid UTF-8",
    ],
  ];
  it.each(refusals.map(([body, reason]) => [reason, body] as const))("refuses a body because %s", (reason, body) =>
    expect(() => parse(body)).toThrow(new BodyError(reason)),
  );

  it("takes 10,000 parts", () => {
    expect(parse(`${field("a", "1").repeat(10_000)}--b--`)).toEqual({ a: Array(10_000).fill("1") });
  });

  it.each([
    ["X: 1\r\n Content-Disposition : form-data; name=a ", { a: "1" }],
    ["content-disposition: x; name=b\nCONTENT-DISPOSITION: x; name=a\r\nContent-Dispositio: x; name=c", { a: "1" }],
    ["Content-Disposition-X: x; name=b\r\nContent-Disposition: x; name=a", { a: "1" }],
    ["Content-Disposition: x; name=a\r\nContent-Typ\r\nContent-Type", { a: "1" }],
  ])("finds the headers that it reads in %j", (headers, value) => {
    expect(parse(`--b\r\n${headers}\r\n \t\r\n1\r\n--b--`)).toEqual(value);
  });

  it("refuses headers that are no valid UTF-8, in whatever line", () => {
    const body = part('X: \xff\r\nContent-Disposition: form-data; name="a"', "1");
    expect(() => parse(Buffer.from(`${body}--b--`, "latin1"))).toThrow(new BodyError("it is not valid UTF-8"));
  });

  it("finds the boundary among lines that are nearly like it, however long it is", () => {
    const dashes = "-".repeat(8_000);
    const lines = `\r\n--${dashes}-`.repeat(1_000) + `\r\n-${dashes}`.repeat(300);
    const body = `--${dashes}\r\n${field("a", "").slice(5, -2)}${lines}\r\n--${dashes}--`;
    expect(parseMultipart(Buffer.from(body), dashes)).toEqual({ a: lines });
  });

  it("refuses a field that is no valid UTF-8", () => {
    const bytes = Buffer.concat([
      Buffer.from(field("a", "").slice(0, -2)),
      Buffer.from([0xff]),
      Buffer.from("\r\n--b--"),
    ]);
    expect(() => parse(bytes)).toThrow(new BodyError("it is not valid UTF-8"));
  });

  it("refuses a body without a boundary to look for", () => {
    expect(() => parseMultipart(Buffer.from("x"), undefined)).toThrow(
      new BodyError("its Content-Type has no boundary"),
    );
  });

  it("reads back every form that fetch writes", async () => {
    const name = fc.string({ unit: "grapheme-ascii", minLength: 1 }).filter((text) => /^[a-z0-9 _.-]+$/i.test(text));
    const values = fc.dictionary(
      name.filter((text) => text !== "__proto__"),
      fc.oneof(fc.string({ unit: "grapheme" }), fc.uint8Array()),
    );
    await fc.assert(
      fc.asyncProperty(values, async (fields) => {
        const form = new FormData();
        const expected: Record<string, unknown> = {};
        for (const [key, value] of Object.entries(fields)) {
          const isText = typeof value === "string";
          form.append(key, isText ? value : new File([value], "f.bin", { type: "image/png" }));
          const bytes = Buffer.from(value as Uint8Array);
          const file = {
            filename: "f.bin",
            contentType: "image/png",
            size: bytes.length,
            content: bytes.toString("base64"),
          };
          expected[key] = isText ? value.replace(/\r\n?|\n/g, "\r\n") : file;
        }
        const request = new Response(form);
        const boundary = request.headers.get("content-type")?.split("boundary=")[1];
        expect(parseMultipart(Buffer.from(await request.arrayBuffer()), boundary)).toEqual(expected);
      }),
    );
  });
});
