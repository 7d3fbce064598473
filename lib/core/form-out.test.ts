import { expect, test } from "vitest";
import { parseForm } from "./bodies/form";
import { toForm } from "./form-out";

test("writes objects and lists so that they are read as they were", () => {
  const fields = { a: "1 & 2", b: { c: "x", d: ["1", "2"] }, lines: [{ sku: "A" }, { sku: "ü" }] };
  const form = toForm(fields);
  expect(decodeURIComponent(form.replaceAll("+", " "))).toBe(
    "a=1 & 2&b[c]=x&b[d][]=1&b[d][]=2&lines[0][sku]=A&lines[1][sku]=ü",
  );
  expect(parseForm(Buffer.from(form), { label: "utf-8", bomBytes: 0 })).toEqual(fields);
});

test("writes null as empty text and numbers as they are", () => {
  expect(toForm({ a: null, b: 1.5, c: true })).toBe("a=&b=1.5&c=true");
});
