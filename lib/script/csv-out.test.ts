import { expect, it } from "vitest";
import { parseCsv } from "@/lib/core/bodies/csv";
import { formatCsv } from "./csv-out";

it("writes the fields of all rows, in the order in which they come up", () => {
  expect(formatCsv([{ a: 1 }, { b: null, a: true }, { c: [1] }], ",")).toBe("a,b,c\r\n1,,\r\ntrue,,\r\n,,[1]\r\n");
});

it.each([",", "\t"] as const)("writes with %j what is read back as it was", (delimiter) => {
  const rows = [{ plain: "a", 'with "quotes"': 'say "hi"', lines: "one\r\ntwo", blank: " x ", mark: "a,b\tc" }];
  expect(parseCsv(formatCsv(rows, delimiter), delimiter)).toEqual(rows);
});

it("writes nothing for no rows and for rows without fields", () => {
  expect([formatCsv([], ","), formatCsv([{}], ",")]).toEqual(["", ""]);
});

it("refuses rows that have so many different fields that the empty cells are too many", () => {
  const rows = Array.from({ length: 1_025 }, (_, index) => ({ [`field ${index}`]: 1 }));
  expect(() => formatCsv(rows, ",")).toThrow("CSV has 1048576 cells at most");
  expect(formatCsv(rows.slice(1), ",").split("\r\n")[1_024]).toBe(`${",".repeat(1_023)}1`);
});

it.each([[null], ["a"], [[1]], [{ a: 1 }]])("refuses %j", (rows) => {
  expect(() => formatCsv(rows, ",")).toThrow("The rows must be a list of objects");
});
