import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BodyError } from "./body-error";
import { parseJson, tryParseJson } from "./parse-json";

const nested = (depth: number) => "[".repeat(depth) + "]".repeat(depth);
const refusal = (text: string) => {
  try {
    parseJson(text);
  } catch (error) {
    return (error as BodyError).reason;
  }
  return "not refused";
};

describe("parseJson", () => {
  it("gives what JSON.parse gives for every value", () => {
    fc.assert(
      fc.property(fc.json(), fc.constantFrom(undefined, 1, "\t"), (text, space) => {
        const value = JSON.parse(text);
        fc.pre(!/__proto__|constructor|\d{16}/.test(text));
        expect(parseJson(JSON.stringify(value, null, space))).toEqual(value);
      }),
    );
  });

  it("takes the last of equal keys", () => expect(parseJson('{"a":1,"a":2}')).toEqual({ a: 2 }));

  it.each([
    ["9007199254740991", 9_007_199_254_740_991],
    ["-9007199254740991", -9_007_199_254_740_991],
    ["9007199254740992", 9_007_199_254_740_992],
    ["9007199254740993", "9007199254740993"],
    ["-9007199254740993", "-9007199254740993"],
    ["12345678901234567890", "12345678901234567890"],
    ["1e400", "1e400"],
    ["-1E+400", "-1E+400"],
    ["1e00000000000000000400", "1e00000000000000000400"],
    ["1e308", 1e308],
    ["1e20", 1e20],
    ["1e-400", 0],
    ["0.12345678901234567890", 0.12345678901234568],
    ["12345678901234567890.5", 12345678901234567000],
    ["1234567890123456.5", 1234567890123456.5],
    ["1234567890123456e1", 12345678901234560],
    ["-1234567890123456E-400", -0],
    ["9".repeat(400), "9".repeat(400)],
    [`-${"9".repeat(400)}.5`, `-${"9".repeat(400)}.5`],
    ["1767225600000", 1_767_225_600_000],
    ['"12345678901234567890"', "12345678901234567890"],
    ['"a 12345678901234567890,"', "a 12345678901234567890,"],
    ['"\\"12345678901234567890, "', '"12345678901234567890, '],
  ])("keeps the digits of %s", (text, value) => {
    expect(parseJson(text)).toEqual(value);
    expect(parseJson(` [ ${text} , ${text}\n] `)).toEqual([value, value]);
    expect(parseJson(`{"a":{"b":${text}},"c":${text}}`)).toEqual({ a: { b: value }, c: value });
  });

  it("keeps every integer, as a number or as its digits", () => {
    fc.assert(
      fc.property(fc.array(fc.bigInt({ min: -(10n ** 25n), max: 10n ** 25n })), fc.string(), (integers, text) => {
        const body = `{${JSON.stringify(text)}:[${integers.join(",")}]}`;
        fc.pre(text !== "__proto__");
        expect(Object.values(parseJson(body) as object)[0].map(String)).toEqual(integers.map(String));
      }),
    );
  });

  it.each([
    ['{"a":1', "JSON ends unexpectedly at character 6"],
    ['{"a":"b', "JSON ends unexpectedly at character 7"],
    ["[1,]", 'JSON is not valid at character 4: "]"'],
    ["{a:1}", 'JSON is not valid at character 2: "a"'],
    ["nul", 'JSON is not valid at character 1: "n"'],
    ["{'a':1}", 'JSON is not valid at character 2: "\'"'],
    ["1 😀", 'JSON is not valid at character 3: "😀"'],
    ["{12345678901234567890:1}", 'JSON is not valid at character 2: "1"'],
    ["[01234567890123456789]", 'JSON is not valid at character 3: "1"'],
    ['{"a":1,"a":2,}', 'JSON is not valid at character 14: "}"'],
    ["", "the JSON body is empty"],
  ])("says what is wrong with %j", (text, reason) => expect(refusal(text)).toBe(reason));

  it("says where for everything that JSON.parse refuses", () => {
    const pieces = fc.array(
      fc.constantFrom("{", "}", "[", "]", ",", ":", '"', "a", "1", "-", ".", "e", "\\", "\n", "true"),
    );
    fc.assert(
      fc.property(pieces, (parts) => {
        const text = parts.join("");
        fc.pre(tryParseJson(text) === undefined);
        expect(refusal(text)).toMatch(
          /^(JSON (ends unexpectedly|is not valid) at character \d+|the JSON body is empty)/,
        );
      }),
    );
  });

  it.each([
    [nested(101)],
    [nested(100_000)],
    ["[".repeat(200_000)],
    [`${'{"a":'.repeat(101)}1${"}".repeat(101)}`],
    [`{"s":"\\\\","x":${nested(100)}}`],
  ])("refuses what is nested too deep", (text) => expect(refusal(text)).toBe("it is nested more than 100 levels deep"));

  it.each([
    [nested(100)],
    [`{"a":"${"[{".repeat(200)}"}`],
    [`{"a":"\\"${"[".repeat(200)}"}`],
    [`[${"[],".repeat(500)}{}]`],
  ])("accepts what only looks deep", (text) => expect(parseJson(text)).toEqual(JSON.parse(text)));

  it("counts keys and items, also empty ones, and nothing else", () => {
    const objects = (count: number) => `[${Array(count).fill("{}").join(",")}]`;
    expect(parseJson(objects(100_000))).toHaveLength(100_000);
    expect(refusal(objects(100_001))).toBe("it has more than 100000 keys");
    const fields = (count: number) => `{${Array.from({ length: count }, (_, at) => `"${at}":[]`).join(",")}}`;
    expect(Object.keys(parseJson(fields(100_000)) as object)).toHaveLength(100_000);
    expect(refusal(fields(100_001))).toBe("it has more than 100000 keys");
    const text = JSON.stringify([",".repeat(300_000)]);
    expect(parseJson(text)).toEqual(JSON.parse(text));
  });

  it.each([
    ['{"__proto__":{"admin":true}}', 'the key "__proto__" is not allowed'],
    ['[{"a":[{"__proto__":1}]}]', 'the key "__proto__" is not allowed'],
    ['{"\\u005f_proto\\u005f_":1}', 'the key "__proto__" is not allowed'],
    ['{"constructor":{"prototype":{"admin":true}}}', 'the key "constructor" with a "prototype" is not allowed'],
    ['{"c\\u006fnstructor":{"prototyp\\u0065":1}}', 'the key "constructor" with a "prototype" is not allowed'],
  ])("refuses %s", (text, reason) => expect(refusal(text)).toBe(reason));

  it.each([
    ['{"text":"__proto__"}'],
    ['{"constructor":"BMW","prototype":{"a":1}}'],
    ['{"prototype":{"constructor":1}}'],
    ['{"a":"\\u0041"}'],
  ])("accepts the harmless %s", (text) => expect(parseJson(text)).toEqual(JSON.parse(text)));
});

describe("tryParseJson", () => {
  it("gives undefined for what is not JSON", () => expect(tryParseJson("{a}")).toBeUndefined());
  it("still refuses JSON that is over a limit", () => expect(() => tryParseJson(nested(101))).toThrow(BodyError));
});
