import { describe, expect, it } from "vitest";
import { chartIds } from "@/lib/contracts/system";
import { chartKinds, lookOf } from "./chart-kinds";
import { lastKnown, pathOf, roundTop } from "./chart-scale";
import { timesOf } from "./chart-times";

describe("roundTop", () => {
  it.each([
    [[0.3, 0.17], 0.5],
    [[12, null, 9], 20],
    [[21], 25],
    [[26], 50],
    [[100], 100],
    [[99.5], 100],
    [[3_000_000], 5_000_000],
    [[0, null], 1],
    [[], 1],
  ])("of %j is %d", (values, top) => {
    expect(roundTop([values])).toBe(top);
  });

  it("is round in the unit that is shown", () => {
    expect(roundTop([[288 * 1_024 ** 2]], 1_024 ** 2)).toBe(500 * 1_024 ** 2);
    expect(roundTop([[0]], 1_024 ** 2)).toBe(1_024 ** 2);
  });

  it("fits the highest of all lines", () => {
    expect(roundTop([[1], [7], [null]])).toBe(10);
  });
});

describe("pathOf", () => {
  it("goes from left to right, high values up", () => {
    expect(pathOf([0, 5, 10], 10)).toBe("M0 100L500 50L1000 0");
  });

  it("leaves a gap where nothing is known", () => {
    expect(pathOf([0, 10, null, 10, 0], 10)).toBe("M0 100L250 0M750 0L1000 100");
  });

  it("draws a value alone as a short stroke", () => {
    expect(pathOf([null, 10, null], 10)).toBe("M500 0h166.67");
    expect(pathOf([null, null, 5], 10)).toBe("M1000 50h166.67");
  });

  it("is nothing when nothing is known", () => {
    expect(pathOf([null, null], 10)).toBe("");
    expect(pathOf([], 10)).toBe("");
  });
});

describe("lastKnown", () => {
  it("is the newest place that any line knows", () => {
    expect(
      lastKnown([
        [1, 2, null, null],
        [null, 1, 5, null],
      ]),
    ).toBe(2);
    expect(lastKnown([[null, null]])).toBe(1);
    expect(lastKnown([])).toBe(0);
  });
});

describe("timesOf", () => {
  const view = (stepSeconds: number) => ({
    from: "2026-11-21T12:00:00.000Z",
    stepSeconds,
    charts: [
      { id: "cache" as const, series: [] },
      { id: "memory" as const, series: [{ key: "a", values: [1, null, 2] }] },
    ],
  });

  it("tells seconds where they tell stretches apart", () => {
    expect(timesOf(view(15), "UTC")).toEqual(["12:00:00", "12:00:15", "12:00:30"]);
    expect(timesOf(view(900), "Asia/Kolkata")).toEqual(["17:30", "17:45", "18:00"]);
  });
});

describe("chartKinds", () => {
  it.each(chartIds)("%s tells its lines apart without colour", (id) => {
    const looks = Object.values(chartKinds[id].lines);
    expect(new Set(looks.map(({ label }) => label)).size).toBe(looks.length);
    expect(new Set(looks.map(({ tone, dash }) => `${tone} ${dash}`)).size).toBe(looks.length);
  });

  it("names lines that come from elsewhere, and gives each a look of its own", () => {
    const looks = Array.from({ length: 6 }, (_, place) =>
      lookOf(chartKinds.memory, "toString", place, "Web 7 on host"),
    );
    expect(looks[0]).toMatchObject({ label: "Web 7 on host" });
    expect(new Set(looks.map(({ tone, dash }) => `${tone} ${dash}`)).size).toBe(6);
  });

  it.each([
    ["requests", 0.123, "0.12"],
    ["requests", 38, "38"],
    ["requests", 8_123, "8.1k"],
    ["accept-latency", 4.26, "4.3 ms"],
    ["accept-latency", 12.4, "12 ms"],
    ["accept-latency", 2_400, "2.4 s"],
    ["queue-age", 0, "0 ms"],
    ["cache", 0.99812, "99.8 %"],
    ["memory", 104_857_600, "100 MB"],
  ] as const)("%s writes %d as %s", (id, value, text) => {
    expect(chartKinds[id].format(value)).toBe(text);
  });
});
