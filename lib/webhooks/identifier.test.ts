import { describe, expect, it } from "vitest";
import { isIdentifier } from "./identifier";

describe("isIdentifier", () => {
  it("takes 22 letters and digits", () => {
    expect(isIdentifier("09azAZ09azAZ09azAZ09az")).toBe(true);
  });

  it.each(["", "short", "a".repeat(21), "a".repeat(23), `${"a".repeat(21)}-`, `${"a".repeat(22)}\n`])(
    "refuses %j",
    (text) => {
      expect(isIdentifier(text)).toBe(false);
    },
  );
});
