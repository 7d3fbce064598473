import { describe, expect, it } from "vitest";
import { restMs } from "./retention-pace";

describe("restMs", () => {
  it("rests fourteen times as long as a part took", () => {
    expect(restMs({ tookMs: 100, coveredMs: 60_000, walks: 1 })).toBe(1_400);
  });

  it("goes a quarter faster than time where the rest would let a walk fall behind", () => {
    expect(restMs({ tookMs: 100, coveredMs: 1_000, walks: 1 })).toBe(700);
  });

  it("leaves each of several walks its share of the time", () => {
    expect(restMs({ tookMs: 100, coveredMs: 1_000, walks: 4 })).toBe(100);
  });

  it("goes on almost at once when it is behind already", () => {
    expect(restMs({ tookMs: 100, coveredMs: 50, walks: 1 })).toBe(1);
  });

  it("never rests for longer than ten seconds", () => {
    expect(restMs({ tookMs: 20_000, coveredMs: 86_400_000, walks: 1 })).toBe(10_000);
  });
});
