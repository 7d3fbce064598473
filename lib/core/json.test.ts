import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Json, jsonEquals, jsonToText, safeJsonParse, stableStringify } from "./json";

describe("stableStringify", () => {
  it("sorts keys at every depth and indents by two spaces", () => {
    expect(stableStringify({ b: [1, { d: null, c: "x" }], a: true })).toBe(
      '{\n  "a": true,\n  "b": [\n    1,\n    {\n      "c": "x",\n      "d": null\n    }\n  ]\n}',
    );
  });

  it("writes empty lists and objects on one line", () => {
    expect(stableStringify({ list: [], object: {} })).toBe('{\n  "list": [],\n  "object": {}\n}');
  });

  it("sorts number-like keys as text, so that no engine order shows", () => {
    expect(stableStringify({ "10": 1, "9": 2, a: 3 })).toBe('{\n  "10": 1,\n  "9": 2,\n  "a": 3\n}');
  });

  it("leaves out undefined fields", () => {
    expect(stableStringify({ a: undefined, b: 1 })).toBe('{\n  "b": 1\n}');
  });

  it("gives text that parses back to the same value, whatever the order of its keys", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = JSON.stringify(value);
        const parsed = JSON.parse(text);
        expect(JSON.parse(stableStringify(parsed))).toEqual(parsed);
      }),
    );
  });

  it("is the same for the same fields in another order", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.integer()), (fields) => {
        const reversed = Object.fromEntries(Object.entries(fields).reverse());
        expect(stableStringify(reversed)).toBe(stableStringify(fields));
      }),
    );
  });
});

describe("safeJsonParse", () => {
  it("parses JSON", () => expect(safeJsonParse(' {"a":[1]} ')).toEqual({ a: [1] }));
  it("gives undefined for anything else", () => expect(safeJsonParse("{a:1}")).toBeUndefined());
});

describe("jsonToText", () => {
  it.each([
    ["a", "a"],
    [1.5, "1.5"],
    [false, "false"],
    [null, ""],
    [undefined, ""],
    [{ a: [1] }, '{"a":[1]}'],
  ])("writes %j as %j", (value, text) => expect(jsonToText(value as Json)).toBe(text));
});

describe("jsonEquals", () => {
  it("takes no notice of the order of keys", () => {
    expect(jsonEquals({ a: 1, b: [{ c: 1, d: 2 }] }, { b: [{ d: 2, c: 1 }], a: 1 })).toBe(true);
  });

  it.each([
    [{ a: 1 }, { a: 2 }],
    [{ a: 1 }, { b: 1 }],
    [{ a: 1 }, { a: 1, b: 1 }],
    [
      [1, 2],
      [2, 1],
    ],
    [[1], [1, 2]],
    [[], {}],
    [{}, []],
    [null, {}],
    [1, "1"],
    [{}, { toString: 1 }],
  ])("tells %j from %j", (left, right) => expect(jsonEquals(left as Json, right as Json)).toBe(false));

  it("agrees with the stable text", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (first, second) => {
        const [left, right] = [JSON.parse(JSON.stringify(first)), JSON.parse(JSON.stringify(second))];
        expect(jsonEquals(left, left)).toBe(true);
        expect(jsonEquals(left, right)).toBe(stableStringify(left) === stableStringify(right));
      }),
    );
  });
});
