import { describe, expect, it } from "vitest";
import { formatPath } from "./path";
import { describeSample } from "./schema-of";

describe("describeSample", () => {
  it("lists fields with their kinds and examples, parents first", () => {
    const sample = { order: { id: 7, paid: true, note: null }, name: "Anna" };
    expect(describeSample(sample).map(({ path, kind, example }) => [formatPath(path), kind, example])).toEqual([
      ["order", "object", sample.order],
      ["order.id", "number", 7],
      ["order.paid", "boolean", true],
      ["order.note", "null", null],
      ["name", "text", "Anna"],
    ]);
  });

  it("takes the items of a list together", () => {
    const fields = describeSample({ lines: [{ sku: "a" }, { sku: "b", price: 2 }, { price: null, tags: [1] }] });
    expect(fields.map(({ path, kind, example }) => [formatPath(path), kind, example]).slice(1)).toEqual([
      ["lines[0]", "object", { sku: "a" }],
      ["lines[0].sku", "text", "a"],
      ["lines[0].price", "number", 2],
      ["lines[0].tags", "list", [1]],
      ["lines[0].tags[0]", "number", 1],
    ]);
  });

  it("takes the kind and example of the first value that is not null", () => {
    expect(describeSample([null, 5])).toEqual([{ path: [0], kind: "number", example: 5 }]);
    expect(describeSample([5, null])).toEqual([{ path: [0], kind: "number", example: 5 }]);
  });

  it("calls values of several kinds mixed", () => {
    expect(describeSample([1, "a", { b: 1 }]).map(({ path, kind }) => [formatPath(path), kind])).toEqual([
      ["[0]", "mixed"],
      ["[0].b", "number"],
    ]);
  });

  it.each([[1], ["a"], [null], [[]], [{}]])("finds no fields in %j", (sample) => {
    expect(describeSample(sample)).toEqual([]);
  });

  it("takes keys that objects have anyway for fields", () => {
    const sample = JSON.parse('{"constructor":1,"__proto__":2,"toString":3}');
    expect(describeSample(sample).map(({ path }) => path)).toEqual([["constructor"], ["__proto__"], ["toString"]]);
  });

  it("stops at 1,000 fields", () => {
    const wide = Object.fromEntries(Array.from({ length: 5_000 }, (_, index) => [`f${index}`, index]));
    expect(describeSample(wide)).toHaveLength(1_000);
  });

  it("stops at 20 levels", () => {
    const deep = JSON.parse(`${'{"a":'.repeat(90)}1${"}".repeat(90)}`);
    expect(describeSample(deep)).toHaveLength(20);
  });
});
