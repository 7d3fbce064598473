import { expect, it } from "vitest";
import { withQuery } from "./url-query";

it("sets what is given, removes what is empty and keeps the rest", () => {
  expect(withQuery("?state=failed&cycle=1", { state: "", q: "a b&c" })).toBe("?cycle=1&q=a+b%26c");
});

it("leaves no question mark behind when nothing is set", () => {
  expect(withQuery("?q=x", { q: undefined })).toBe("");
});
