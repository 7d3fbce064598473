import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { withLineFeeds, withoutReferences, withSpaces } from "./xml-text";

const resolve = (raw: string) =>
  withoutReferences(raw, (what, read) => {
    throw new Error(`${what} at ${read}`);
  });

describe("line ends and spaces", () => {
  const pieces = fc
    .array(fc.constantFrom("\r", "\n", "\r\n", "\t", " ", "a", "é", "日", "a text of some length"), { maxLength: 60 })
    .map((parts) => parts.join(""));

  it("become what replacing makes of them", () => {
    fc.assert(
      fc.property(pieces, (text) => {
        expect(withLineFeeds(text)).toBe(text.replace(/\r\n?/g, "\n"));
        expect(withSpaces(text)).toBe(text.replace(/[\n\t]/g, " "));
      }),
    );
  });

  it("may be many", () => {
    expect(withLineFeeds("\r".repeat(100_000))).toBe("\n".repeat(100_000));
    expect(withSpaces("\n\t".repeat(50_000))).toBe(" ".repeat(100_000));
  });
});

describe("withoutReferences", () => {
  it.each([
    ["a &lt;&gt;&amp;&quot;&apos; b", "a <>&\"' b"],
    ["&#65;&#x41;&#x1F600;&#x1f600;&#128512;&#x0000000000041;", "AA😀😀😀A"],
    ["&#9;&#10;&#13;&#xD7FF;&#xE000;&#xFFFD;&#x10FFFF;", "\t\n\r\ud7ff\ue000\ufffd\u{10ffff}"],
    ["a longer text before &amp; and a longer text after", "a longer text before & and a longer text after"],
    ["&amp;lt;", "&lt;"],
    ["&lt;".repeat(50_000), "<".repeat(50_000)],
  ])("reads %j", (raw, text) => expect(resolve(raw)).toBe(text));

  it.each([
    ["a &b", "unexpected end of a reference at 4"],
    ["ab&unknown;", "undefined entity at 11"],
    ["&lt&gt;", "disallowed character in entity name at 7"],
    ["&;", "disallowed character in entity name at 2"],
    ["&LT;", "undefined entity at 4"],
    ["&ampx;", "undefined entity at 6"],
    ["&#;", "malformed character entity at 3"],
    ["&#x;", "malformed character entity at 4"],
    ["&#X41;", "malformed character entity at 6"],
    ["&#4a;", "malformed character entity at 5"],
    ["&#x4g;", "malformed character entity at 6"],
    ["&#-1;", "malformed character entity at 5"],
    ["&#0;", "malformed character entity at 4"],
    ["&#xD800;", "malformed character entity at 8"],
    ["&#xFFFE;", "malformed character entity at 8"],
    ["&#x110000;", "malformed character entity at 10"],
    [`&#${"9".repeat(400)};`, "malformed character entity at 403"],
  ])("refuses %j", (raw, problem) => expect(() => resolve(raw)).toThrow(problem));
});
