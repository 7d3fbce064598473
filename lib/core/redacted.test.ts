import { expect, it } from "vitest";
import { isRedacted } from "./redacted";

it.each([
  ["••••", true],
  ["Basic ••••", true],
  ["a ••••b", false],
  ["", false],
])("tells whether %j stands for a secret", (text, is) => {
  expect(isRedacted(text)).toBe(is);
});
