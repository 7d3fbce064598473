import { describe, expect, it } from "vitest";
import { isIdentifier, newIdentifier } from "./identifier";

describe("newIdentifier", () => {
  it("is 22 base-62 characters, different each time", () => {
    const identifiers = Array.from({ length: 1000 }, newIdentifier);
    expect(identifiers.filter((identifier) => !isIdentifier(identifier))).toEqual([]);
    expect(new Set(identifiers).size).toBe(1000);
  });

  it("uses every digit about equally", () => {
    const counts = new Map<string, number>();
    for (const digit of Array.from({ length: 3000 }, newIdentifier).join("")) {
      counts.set(digit, (counts.get(digit) ?? 0) + 1);
    }
    const expected = (3000 * 22) / 62;
    expect(counts.size).toBe(62);
    expect([...counts.values()].filter((count) => count < expected * 0.8 || count > expected * 1.2)).toEqual([]);
  });
});

describe("isIdentifier", () => {
  it.each(["", "short", "a".repeat(21), "a".repeat(23), `${"a".repeat(21)}-`, `${"a".repeat(22)}\n`])(
    "refuses %j",
    (text) => {
      expect(isIdentifier(text)).toBe(false);
    },
  );
});
