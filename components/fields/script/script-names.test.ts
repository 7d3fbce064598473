import { describe, expect, it } from "vitest";
import { codePath, shortValue } from "./script-names";

describe("codePath", () => {
  it.each([
    [["steps", "order", "body", "lines", 0, "sku"], "steps.order.body.lines[0].sku"],
    [["steps", "order", "headers", "content-type"], 'steps.order.headers["content-type"]'],
    [["cycle_variables", 'a"b'], 'cycle_variables["a\\"b"]'],
  ])("writes %j as code reads it", (path, code) => {
    expect(codePath(path)).toBe(code);
  });
});

describe("shortValue", () => {
  it.each([
    ["A-10", '"A-10"'],
    [12.5, "12.5"],
    [false, "false"],
    [null, "null"],
    [[1, 2], "list of 2"],
    [{ a: 1 }, "object"],
    ["x".repeat(50), `"${"x".repeat(30)}…`],
  ])("says %j in a few characters", (value, text) => {
    expect(shortValue(value)).toBe(text);
  });
});
