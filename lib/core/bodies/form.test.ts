import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BodyError } from "./body-error";
import { parseForm } from "./form";

const parse = (text: string, label = "utf-8") => parseForm(Buffer.from(text), { label, bomBytes: 0 });

describe("parseForm", () => {
  it.each([
    ["a=1&b=2", { a: "1", b: "2" }],
    ["a=hello+world%21", { a: "hello world!" }],
    ["a", { a: "" }],
    ["a=", { a: "" }],
    ["=1", { "": "1" }],
    ["a=b=c", { a: "b=c" }],
    ["&&a=1&", { a: "1" }],
    ["a=1&a=2&a=3", { a: ["1", "2", "3"] }],
    ["a[]=1", { a: ["1"] }],
    ["a[]=1&a[]=2", { a: ["1", "2"] }],
    ["a%5B%5D=1&a%5B%5D=2", { a: ["1", "2"] }],
    ["a[b]=1&a[c]=2", { a: { b: "1", c: "2" } }],
    ["a[b][c]=1", { a: { b: { c: "1" } } }],
    ["a[b][]=1&a[b][]=2", { a: { b: ["1", "2"] } }],
    ["a[0]=x&a[1]=y", { a: ["x", "y"] }],
    ["a[1]=y&a[0]=x", { a: ["x", "y"] }],
    ["a[2026]=x", { a: { 2026: "x" } }],
    ["lines[0][sku]=a&lines[1][sku]=b&lines[0][n]=1", { lines: [{ sku: "a", n: "1" }, { sku: "b" }] }],
    ["a[][x]=1&a[][x]=2", { a: [{ x: "1" }, { x: "2" }] }],
    ["0=a&1=b", { 0: "a", 1: "b" }],
    ["a=1&a[b]=2", { a: ["1", { b: "2" }] }],
    ["a[b=1", { "a[b": "1" }],
    ["a]=1&b[c]d=2", { "a]": "1", "b[c]d": "2" }],
    ["a[b[c]]=1", { "a[b[c]]": "1" }],
    ["[a]=1", { "[a]": "1" }],
    ["a=%", { a: "%" }],
    ["a=100%&b=%zz%41", { a: "100%", b: "%zzA" }],
    ["a=%F0%9F%98%80", { a: "😀" }],
    ["toString=1&constructor=2&hasOwnProperty[x]=3", { toString: "1", constructor: "2", hasOwnProperty: { x: "3" } }],
    ["payload=%7B%22a%22%3A1%7D", { payload: '{"a":1}' }],
  ])("reads %j", (text, value) => expect(parse(text)).toEqual(value));

  const refusals: [body: string, reason: string][] = [
    ["__proto__=1", 'the key "__proto__" is not allowed'],
    ["__proto__[admin]=1", 'the key "__proto__" is not allowed'],
    ["a[__proto__][admin]=1", 'the key "__proto__" is not allowed'],
    ["a[%5F_proto__]=1", 'the key "__proto__" is not allowed'],
    ["constructor[prototype][admin]=1", 'the key "constructor" with a "prototype" is not allowed'],
    ["a=%FF", "it is not valid UTF-8"],
    [`a${"[b]".repeat(100)}=1`, "it is nested more than 100 levels deep"],
    [`a${"[]".repeat(200)}=1`, "it is nested more than 100 levels deep"],
    [Array.from({ length: 10_001 }, (_, at) => `k${at}=1`).join("&"), "it has more than 10000 fields"],
    ["a=1&".repeat(10_001), "it has more than 10000 fields"],
    ["a[]=1&".repeat(10_001), "it has more than 10000 fields"],
    [Array.from({ length: 1_100 }, (_, at) => `k${at}${"[b]".repeat(98)}=1`).join("&"), "it has more than 100000 keys"],
    ["a=1&é=%41%C3", "it is not valid UTF-8"],
    ["%C3=%A9", "it is not valid UTF-8"],
  ];
  it.each(refusals.map(([body, reason]) => [reason, body] as const))("refuses a body because %s", (reason, text) =>
    expect(() => parse(text)).toThrow(new BodyError(reason)),
  );

  it("reads 99 levels of brackets", () => {
    const value = parse(`a${"[b]".repeat(99)}=1`);
    expect(JSON.stringify(value).match(/\{/g)).toHaveLength(100);
  });

  it("undoes escapes in the charset's own bytes", () => {
    expect(parseForm(Buffer.from("a=%95%5C&b=%8EA"), { label: "shift_jis", bomBytes: 0 })).toEqual({
      a: "表",
      b: "拶",
    });
  });

  it("refuses raw bytes that only an escape would complete", () => {
    expect(() => parseForm(Buffer.from("a=\xc3%A9", "latin1"), { label: "utf-8", bomBytes: 0 })).toThrow(
      new BodyError("it is not valid UTF-8"),
    );
  });

  it.each([
    ["a=1+2&b=%2B%2b&c=+%20+", { a: "1 2", b: "++", c: "   " }],
    ["%=%&%4=%4&%%41=%4%41&%g1=%1g", { "%": "%", "%4": "%4", "%A": "%4A", "%g1": "%1g" }],
    ["a%3Db=c%26d", { "a=b": "c&d" }],
    ["a=%00", { a: "\0" }],
  ])("undoes escapes and plus signs of %j in every charset", (text, value) => {
    for (const label of ["utf-8", "iso-8859-1", "shift_jis", "gb18030"]) expect(parse(text, label)).toEqual(value);
    expect(parseForm(Buffer.from(text, "utf16le"), { label: "utf-16le", bomBytes: 0 })).toEqual(value);
    expect(parseForm(Buffer.from(`\ufeff${text}`), { label: "utf-8", bomBytes: 3 })).toEqual(value);
  });

  it("takes 10,000 fields, and counts no empty pair", () => {
    expect(parse("a=1&&&".repeat(10_000))).toEqual({ a: Array(10_000).fill("1") });
  });

  it("reads back what URLSearchParams writes", () => {
    const name = fc
      .string({ unit: "grapheme", minLength: 1 })
      .filter((text) => text !== "__proto__" && !text.includes("["));
    fc.assert(
      fc.property(fc.dictionary(name, fc.string({ unit: "grapheme" })), (fields) => {
        expect(parse(new URLSearchParams(fields).toString())).toEqual({ ...fields });
      }),
    );
  });
});
