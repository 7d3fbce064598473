import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeBody } from "./decode";
import { isPlainJson } from "./plain-json";

const isPlain = (text: string) => isPlainJson(Buffer.from(text));
const isTaken = (bytes: Buffer) => {
  try {
    decodeBody({ contentType: "application/json", bytes });
    return true;
  } catch {
    return false;
  }
};

describe("isPlainJson", () => {
  it("takes every value that has no escaped key and none like those that are refused", () => {
    const key = fc.string().filter((text) => !/["\\]|[^\x20-\uffff]|^[_c]/.test(text));
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { depthSize: "small" },
        fc.string(),
        fc.double(),
        fc.boolean(),
        fc.constant(null),
        tie("list"),
        tie("object"),
      ),
      list: fc.array(tie("value")),
      object: fc.dictionary(key, tie("value")),
    }));
    fc.assert(
      fc.property(value, fc.constantFrom(undefined, 1, "\t"), (value, space) => {
        expect(isPlain(JSON.stringify(value, null, space))).toBe(true);
      }),
    );
  });

  it("takes nothing that is refused, whatever is changed in a valid text", () => {
    const change = fc.record({
      at: fc.nat(400),
      removed: fc.nat(2),
      added: fc.oneof(
        fc.constantFrom(...'{}[],:"\\/-+.eE0123456789tfnu \n\t\u0000', "true", "\\u00", '"__proto__":1,', "\\ud800"),
        fc.uint8Array({ maxLength: 3 }),
      ),
    });
    fc.assert(
      fc.property(fc.json(), fc.array(change, { maxLength: 4 }), (text, changes) => {
        let bytes = Buffer.from(text);
        for (const { at, removed, added } of changes) {
          const place = at % (bytes.length + 1);
          bytes = Buffer.concat([bytes.subarray(0, place), Buffer.from(added), bytes.subarray(place + removed)]);
        }
        fc.pre(isPlainJson(bytes));
        expect(isTaken(bytes)).toBe(true);
      }),
      { numRuns: 5_000 },
    );
  });

  it.each([
    "0",
    "-0",
    "1.5e+10",
    "-0.1E-2",
    "12",
    '""',
    "true",
    " null ",
    "[]",
    "{}",
    '[{"a":[]},{}]',
    '"\\u00e9\\n"',
    '"é"',
  ])("takes %s", (text) => expect(isPlain(text)).toBe(true));

  it.each([
    ["an empty text", ""],
    ["spaces alone", "  "],
    ["a cut-off list", "[1,2"],
    ["a cut-off string", '"abc'],
    ["a cut-off escape", '"\\'],
    ["a cut-off code", '"\\u00'],
    ["a comma at the end of a list", "[1,]"],
    ["a comma at the end of an object", '{"a":1,}'],
    ["a missing comma", "[1 2]"],
    ["a key without a value", '{"a"}'],
    ["a key without quotes", "{a:1}"],
    ["a missing colon", '{"a" 1}'],
    ["the wrong bracket", '{"a":1]'],
    ["a bracket too many", "[]]"],
    ["two values", "1 2"],
    ["a leading zero", "01"],
    ["a lonely minus", "-"],
    ["a lonely point", "1."],
    ["a number that begins with a point", ".5"],
    ["an exponent without digits", "1e"],
    ["a plus", "+1"],
    ["a wrong word", "tru"],
    ["a longer word", "truex"],
    ["an escape that is none", '"\\x"'],
    ["a line break in a string", '"a\nb"'],
    ["a byte order mark", "\ufeff{}"],
    ["another space", "\u00a0{}"],
    ["a control character between key and colon", '{"a"\u0001:1}'],
    ["101 levels", "[".repeat(101) + "]".repeat(101)],
    ["100,000 keys", `[${"1,".repeat(100_000)}1]`],
    ["a prototype", '{"__proto__":1}'],
    ["an escaped key", '{"\\u005f_proto__":1}'],
    ["a constructor", '{"constructor":{"prototype":1}}'],
  ])("leaves %s to the parser", (_, text) => expect(isPlain(text)).toBe(false));

  it("leaves bytes that are not UTF-8 to the parser", () => {
    expect(isPlainJson(Buffer.from([0x22, 0xc3, 0x28, 0x22]))).toBe(false);
    expect(isPlainJson(Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22]))).toBe(false);
  });

  it("takes 100 levels", () => expect(isPlain("[".repeat(100) + "]".repeat(100))).toBe(true));
});
