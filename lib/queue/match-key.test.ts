import { describe, expect, it } from "vitest";
import { matchKey } from "./match-key";

describe("matchKey", () => {
  it("leaves short values as they are", () => {
    expect(matchKey("Größe 10 … 👍")).toBe("Größe 10 … 👍");
  });

  it("gives long values that differ at their end keys that differ", () => {
    const long = "x".repeat(2_000);
    expect(matchKey(`${long}a`)).not.toBe(matchKey(`${long}b`));
    expect(matchKey(`${long}a`)).toBe(matchKey(`${long}a`));
    expect(matchKey("👍".repeat(1_000)).length).toBeLessThanOrEqual(500);
  });

  it("gives values that can't be stored keys that can, each its own", () => {
    const keys = ["A\0", "A", "A\ud800", "A\ud801"].map(matchKey);
    expect(new Set(keys).size).toBe(4);
    expect(keys.filter((key) => /[\0\p{Surrogate}]/u.test(key))).toEqual([]);
  });
});
