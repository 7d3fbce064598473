import { describe, expect, it } from "vitest";
import { safeCallback } from "./callback";

describe("safeCallback", () => {
  it.each(["/", "/accounts/1/cycles?state=running#top", "/partner/webhooks?q=pQ7"])("keeps the path %s", (path) => {
    expect(safeCallback(path)).toBe(path);
  });

  it.each([
    "https://evil.example/",
    "//evil.example/",
    "/\\evil.example",
    "\\\\evil.example",
    "javascript:alert(1)",
    "/.//evil.example",
    "\t//evil.example",
  ])("goes home instead of %s", (callback) => {
    expect(safeCallback(callback)).toBe("/");
  });

  it("goes home when there is nothing, or only the sign-in page again", () => {
    expect(safeCallback(undefined)).toBe("/");
    expect(safeCallback("/sign-in?callbackUrl=/")).toBe("/");
  });
});
