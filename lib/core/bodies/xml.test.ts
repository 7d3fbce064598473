import { describe, expect, it } from "vitest";
import { BodyError } from "./body-error";
import { parseXml } from "./xml";

describe("parseXml", () => {
  it.each([
    ["<a>1</a>", { a: "1" }],
    ["<a/>", { a: "" }],
    ["<a>\n  </a>", { a: "" }],
    ["<a> x </a>", { a: " x " }],
    ['<a id="1"/>', { a: { "@id": "1" } }],
    ['<a id="1">x</a>', { a: { "@id": "1", "#text": "x" } }],
    ['<a id="1">\n</a>', { a: { "@id": "1" } }],
    ["<a><b>1</b><c>2</c></a>", { a: { b: "1", c: "2" } }],
    ["<a><b>1</b><b>2</b><b/></a>", { a: { b: ["1", "2", ""] } }],
    ["<a><b>1</b><c/><b>2</b></a>", { a: { b: ["1", "2"], c: "" } }],
    ["<a>\n  <b>1</b>\n</a>", { a: { b: "1" } }],
    ["<p>Hello <b>big</b> world</p>", { p: { b: "big", "#text": "Hello  world" } }],
    ['<s:a xmlns:s="urn:x"><s:b s:c="1"/></s:a>', { "s:a": { "@xmlns:s": "urn:x", "s:b": { "@s:c": "1" } } }],
    ["<s:a><b/></s:a>", { "s:a": { b: "" } }],
    ["<a><![CDATA[<b>&amp;</b>]]></a>", { a: "<b>&amp;</b>" }],
    ["<a>x<![CDATA[y]]>z</a>", { a: "xyz" }],
    ["<a>&amp;&lt;&gt;&quot;&apos;&#65;&#x1F600;</a>", { a: "&<>\"'A😀" }],
    ['<a b="&lt;&#10;"/>', { a: { "@b": "<\n" } }],
    ['<?xml version="1.0"?><!-- note --><a><?target x?><!-- c -->1</a>', { a: "1" }],
    ["<a>007</a>", { a: "007" }],
    ["<constructor><x>1</x></constructor>", { constructor: { x: "1" } }],
    ["<a><toString/><toString/></a>", { a: { toString: ["", ""] } }],
    ["<a>größe 日本</a>", { a: "größe 日本" }],
  ])("reads %s", (text, value) => expect(parseXml(text)).toEqual(value));

  const refusals: [body: string, reason: string][] = [
    ["<!DOCTYPE a><a/>", "XML with a DOCTYPE is not allowed"],
    ['<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>', "XML with a DOCTYPE is not allowed"],
    ['<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>', "XML with a DOCTYPE is not allowed"],
    ["<a>&x;</a>", "XML is not valid at line 1, column 6: undefined entity"],
    ["<a>&constructor;</a>", "XML is not valid at line 1, column 16: undefined entity"],
    ["<a>&toString;</a>", "XML is not valid at line 1, column 13: undefined entity"],
    ["<a><b></a>", "XML is not valid at line 1, column 10: unexpected close tag"],
    ["<a>", "XML is not valid at line 1, column 3: unclosed tag: a"],
    ["<a/>\n<b/>", "XML is not valid at line 2, column 3: documents may contain only one root"],
    ["hello", "XML is not valid at line 1, column 5: text data outside of root node"],
    ["<a><__proto__/></a>", 'the key "__proto__" is not allowed'],
    ["<__proto__/>", 'the key "__proto__" is not allowed'],
    ["<constructor><prototype/></constructor>", 'the key "constructor" with a "prototype" is not allowed'],
    ["<a>".repeat(101), "it is nested more than 100 levels deep"],
    [`<a>${"<b/>".repeat(100_000)}</a>`, "it has more than 100000 keys"],
    [`<a ${Array.from({ length: 100_001 }, (_, at) => `k${at}=""`).join(" ")}/>`, "it has more than 100000 keys"],
    ["", "the XML body is empty"],
  ];
  it.each(refusals.map(([body, reason]) => [reason, body] as const))("refuses a body because %s", (reason, text) =>
    expect(() => parseXml(text)).toThrow(new BodyError(reason)),
  );

  it("reads 100 levels", () => {
    const value = parseXml("<a>".repeat(100) + "</a>".repeat(100));
    expect(JSON.stringify(value).match(/"a":/g)).toHaveLength(100);
  });
});
