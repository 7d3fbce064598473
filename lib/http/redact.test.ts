import { expect, test } from "vitest";
import { createRedact } from "./redact";

test("blanks secrets out of texts, keys and values, the longest first", () => {
  const { text, json } = createRedact(["key/1", "key/1-more"]);
  expect(text("a key/1-more b key/1 c key%2F1")).toBe("a (secret) b (secret) c (secret)");
  expect(json({ "key/1": ["key/1", 1, null, { a: "x key/1" }] })).toEqual({
    "(secret)": ["(secret)", 1, null, { a: "x (secret)" }],
  });
});

test("leaves texts alone when there is nothing to hide, or it is too short to tell", () => {
  const value = { a: "abc" };
  expect(createRedact([]).json(value)).toBe(value);
  expect(createRedact(["abc"]).text("abcdef")).toBe("abcdef");
});
