import { expect, it } from "vitest";
import { parsePlainJson } from "./plain-json";

it("leaves out keys that could reach a prototype, at any depth", () => {
  const text = '[{"__proto__":{"x":1},"a":{"constructor":{"prototype":{"x":1},"b":2},"__proto__":1}},"__proto__"]';
  const value = parsePlainJson(text);
  expect(JSON.stringify(value)).toBe('[{"a":{"constructor":{"b":2}}},"__proto__"]');
});

it("leaves other keys of that name alone", () => {
  const text = '{"prototype":1,"constructor":"Smith & Sons","a":{"prototype":{"b":1}}}';
  expect(JSON.stringify(parsePlainJson(text))).toBe(text);
});

it("keeps numbers as a script has them", () => {
  expect(parsePlainJson("[12345678901234567000,1e300,-1.5]")).toEqual([12345678901234567000, 1e300, -1.5]);
});
