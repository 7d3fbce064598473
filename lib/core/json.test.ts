import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { jsonSchema, safeJsonParse, stableStringify } from "./json";

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
      fc.property(fc.jsonValue({ noUnicodeString: false } as object), (value) => {
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

describe("jsonSchema", () => {
  it("accepts nested JSON", () => expect(jsonSchema.safeParse({ a: [1, null, { b: "c" }] }).success).toBe(true));
  it.each([[undefined], [() => 1], [new Date(0)], [Number.NaN]])("refuses %s", (value) => {
    expect(jsonSchema.safeParse(value).success).toBe(false);
  });
});
