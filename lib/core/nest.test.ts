import { describe, expect, test } from "vitest";
import { StepError } from "./errors";
import { nestFields } from "./nest";

describe("nestFields", () => {
  test("nests by dots and list positions", () => {
    expect(
      nestFields([
        { name: "customer.email", value: "a@b.c" },
        { name: "customer.name", value: "Ada" },
        { name: "lines[1].sku", value: "X" },
        { name: "total", value: 3 },
      ]),
    ).toEqual({ customer: { email: "a@b.c", name: "Ada" }, lines: [null, { sku: "X" }], total: 3 });
  });

  test("lets a later field win over the same name before", () => {
    expect(
      nestFields([
        { name: "a", value: 1 },
        { name: "a", value: 2 },
      ]),
    ).toEqual({ a: 2 });
  });

  test("adds to a mapped object without changing the one it came from", () => {
    const earlier = { email: "a@b.c", address: { city: "Ulm" } };
    const built = nestFields([
      { name: "customer", value: earlier },
      { name: "customer.address.zip", value: "89073" },
    ]);
    expect(built).toEqual({ customer: { email: "a@b.c", address: { city: "Ulm", zip: "89073" } } });
    expect(earlier).toEqual({ email: "a@b.c", address: { city: "Ulm" } });
  });

  test.each(["__proto__.polluted", "a.__proto__.b", 'a["__proto__"]'])("refuses the name %s", (name) => {
    expect(() => nestFields([{ name, value: 1 }])).toThrow(StepError);
    expect(Object.prototype).not.toHaveProperty("polluted");
  });

  test("takes names of what objects inherit as ordinary names", () => {
    const built = nestFields([
      { name: "constructor.prototype.polluted", value: 1 },
      { name: "toString.length", value: 2 },
    ]);
    expect(built).toEqual({ constructor: { prototype: { polluted: 1 } }, toString: { length: 2 } });
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  test.each([
    [["a", "a.b"], 'The field "a.b" doesn\'t fit'],
    [["a[0]", "a.b"], 'The field "a.b" doesn\'t fit'],
    [["a..b"], 'The field name "a..b" can\'t be used'],
    [["[0]"], 'The field name "[0]" can\'t be used'],
    [["list[99999]"], "has a list position above 9999"],
  ])("says what is wrong with the names %j", (names, message) => {
    expect(() => nestFields(names.map((name) => ({ name, value: "text" })))).toThrow(message);
  });
});
