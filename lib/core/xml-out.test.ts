import { describe, expect, test } from "vitest";
import { parseXml } from "./bodies/xml";
import { toXml } from "./xml-out";

const HEAD = '<?xml version="1.0" encoding="UTF-8"?>';

describe("toXml", () => {
  test.each([
    [
      { order: { "@id": 7, "#text": "note", line: ["a", "b"] } },
      '<order id="7">note<line>a</line><line>b</line></order>',
    ],
    [{ a: 1, b: null }, "<response><a>1</a><b/></response>"],
    [{ a: [1, 2] }, "<response><a>1</a><a>2</a></response>"],
    [{ text: 'a < b & "c" > d' }, '<text>a &lt; b &amp; "c" &gt; d</text>'],
    [{ a: { "@title": 'say "hi"' } }, '<a title="say &quot;hi&quot;"/>'],
    [{ "first name": 1, "2nd": 2 }, "<response><first_name>1</first_name><_2nd>2</_2nd></response>"],
    [{ a: "bad\u0000\u0008\ud800x" }, "<a>badx</a>"],
    [[1, { b: 2 }], "<response><item>1</item><item><b>2</b></item></response>"],
    [null, "<response/>"],
    [{}, "<response/>"],
  ])("writes %j", (value, xml) => {
    expect(toXml(value)).toBe(HEAD + xml);
  });

  test("writes what the XML of a request was read from", () => {
    const xml = '<order id="7" xml:lang="de"><line><sku>A&amp;B</sku></line><line><sku>😀</sku></line><empty/></order>';
    expect(toXml(parseXml(xml))).toBe(HEAD + xml);
  });
});
