import { describe, expect, it } from "vitest";
import { nextPart } from "./search-rows";

describe("nextPart", () => {
  it.each([
    { rows: 100, tookMs: 2, leftMs: 28, next: 500 }, // quick: never more than five times as many
    { rows: 500, tookMs: 10, leftMs: 8, next: 400 }, // as many as there is time for
    { rows: 100, tookMs: 20, leftMs: 10, next: 100 }, // from disk: no fewer than the first part has
  ])("looks at $next rows after $rows that took $tookMs ms, with $leftMs ms left", ({ next, ...part }) => {
    expect(nextPart(part)).toBe(next);
  });
});
