import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Json } from "./json";
import { compareDecimals, parseDecimal } from "./numbers";

const compare = (left: Json, right: Json) => {
  const [a, b] = [parseDecimal(left), parseDecimal(right)];
  return Math.sign(compareDecimals(a!, b!));
};

describe("parseDecimal", () => {
  it.each([
    ["abc"],
    [""],
    [" "],
    ["1 2"],
    ["0x10"],
    ["1,5"],
    ["--1"],
    ["."],
    ["1e"],
    ["Infinity"],
    [null],
    [true],
    [[]],
    [{}],
  ])("does not take %j for a number", (value) => expect(parseDecimal(value)).toBeUndefined());

  it("refuses texts of more than 1,000 characters", () => expect(parseDecimal("1".repeat(1_001))).toBeUndefined());
});

describe("compareDecimals", () => {
  it.each([
    [1, 2, -1],
    ["10", "9", 1],
    ["1.50", 1.5, 0],
    ["-0", 0, 0],
    ["0.000", "-0e5", 0],
    [".5", "0.5", 0],
    ["1e3", "1000", 0],
    ["1e400", "1e399", 1],
    ["-1e400", "1e-400", -1],
    ["9007199254740993", "9007199254740992", 1],
    ["-9007199254740993", "-9007199254740992", -1],
    ["00012", "12", 0],
    ["0.0012", "0.00119", 1],
    [" 7 ", "+7", 0],
    ["0", "-3", 1],
    ["0", "3", -1],
  ])("compares %j with %j", (left, right, order) => expect(compare(left, right)).toBe(order));

  it("agrees with JavaScript on its own numbers", () => {
    const number = fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.integer());
    fc.assert(
      fc.property(number, number, (left, right) => {
        expect(compare(left, right)).toBe(Math.sign(left < right ? -1 : left > right ? 1 : 0));
      }),
    );
  });

  it("agrees with BigInt on long integers", () => {
    fc.assert(
      fc.property(fc.bigInt(), fc.bigInt(), (left, right) => {
        expect(compare(String(left), String(right))).toBe(left < right ? -1 : left > right ? 1 : 0);
      }),
    );
  });
});
