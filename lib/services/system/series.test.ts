import { describe, expect, it } from "vitest";
import { LATENCY_BOUNDS } from "@/lib/metrics/bounds";
import { Figures } from "@/lib/metrics/figures";
import { amounts, gauges, type ProcessSamples, percentile, percentiles, rates, ratios, together } from "./series";

const stretches = { from: 100_000, stepMs: 10_000, count: 4 };
const claims = (figures: Figures) => figures.claims;

/** A process that counted `claims` up to these values at these seconds. */
const process = (values: Record<number, number>, startedAt = 0, id = "a"): ProcessSamples => ({
  id,
  startedAt,
  samples: Object.entries(values).map(([second, value]) => ({
    at: Number(second) * 1_000,
    figures: Figures.parse({ claims: value, memoryBytes: value }),
  })),
});

describe("rates", () => {
  it("are differences of counts, spread over the time between two samples", () => {
    const one = process({ 95: 100, 105: 200, 115: 500, 125: 500, 135: 510 });
    expect(rates([one], claims, stretches)).toEqual([20, 15, 0.5, 1]);
  });

  it("add up over processes", () => {
    const both = [process({ 100: 0, 140: 400 }), process({ 100: 50, 140: 90 }, 0, "b")];
    expect(rates(both, claims, stretches)).toEqual([11, 11, 11, 11]);
  });

  it("count a process from 0 when it has just started", () => {
    expect(rates([process({ 120: 100 }, 110_000)], claims, stretches)).toEqual([null, 10, null, null]);
  });

  it("know nothing of what a process did before its first sample when it started long ago", () => {
    expect(rates([process({ 125: 1_000_000 })], claims, stretches)).toEqual([null, null, null, null]);
  });

  it("lose nothing by samples that are missing", () => {
    const whole = process({ 100: 0, 110: 10, 120: 20, 130: 30, 140: 40 });
    const thinned = process({ 100: 0, 140: 40 });
    expect(rates([thinned], claims, stretches)).toEqual(rates([whole], claims, stretches));
  });

  it("never go below 0", () => {
    expect(rates([process({ 100: 50, 120: 0, 140: 20 })], claims, stretches)).toEqual([0, 0, 1, 1]);
  });

  it("are those of the known part of a stretch", () => {
    expect(rates([process({ 130: 0, 133: 30 })], claims, stretches)[3]).toBe(10);
  });
});

describe("amounts and ratios", () => {
  const batches = (rows: number, statements: number) => Figures.parse({ acceptBatches: { rows, statements } });
  const busy: ProcessSamples = {
    id: "a",
    startedAt: 0,
    samples: [
      { at: 100_000, figures: batches(0, 0) },
      { at: 110_000, figures: batches(300, 30) },
      { at: 120_000, figures: batches(300, 30) },
    ],
  };

  it("are what happened within each stretch", () => {
    expect(amounts([busy], ({ acceptBatches }) => acceptBatches.rows, stretches)).toEqual([300, 0, null, null]);
  });

  it("have no value where nothing happened", () => {
    const rows = ({ acceptBatches }: Figures) => acceptBatches.rows;
    const statements = ({ acceptBatches }: Figures) => acceptBatches.statements;
    expect(ratios([busy], rows, statements, stretches)).toEqual([10, null, null, null]);
  });
});

describe("percentile", () => {
  const counts = (...entries: [bound: number, count: number][]) => {
    const all = new Array<number>(LATENCY_BOUNDS.length + 1).fill(0);
    for (const [bound, count] of entries) all[bound] = count;
    return all;
  };

  it("lies between the bounds of its bucket", () => {
    expect(percentile(counts([4, 100]), 0.5)).toBeCloseTo(0.004);
    expect(percentile(counts([0, 99], [10, 1]), 0.99)).toBeCloseTo(0.0005);
    expect(percentile(counts([0, 90], [10, 10]), 0.99)).toBeCloseTo(0.048);
  });

  it("is the last bound for what is over it, and nothing for nothing", () => {
    expect(percentile(counts([LATENCY_BOUNDS.length, 5]), 0.5)).toBe(60);
    expect(percentile(counts(), 0.5)).toBeNull();
  });

  it("is taken of what happened in each stretch alone", () => {
    const figures = (fast: number, slow: number) => Figures.parse({ acceptSeconds: counts([4, fast], [17, slow]) });
    const samples = [
      { at: 100_000, figures: figures(1_000, 0) },
      { at: 110_000, figures: figures(1_000, 50) },
      { at: 120_000, figures: figures(1_050, 50) },
    ];
    const values = percentiles([{ id: "a", startedAt: 0, samples }], ({ acceptSeconds }) => acceptSeconds, {
      share: 0.5,
      stretches,
    });
    expect(values.map((value) => value && Math.round(value * 10) / 10)).toEqual([1750, 4, null, null]);
  });
});

describe("gauges", () => {
  it("hold for a while when a sample comes late, and then are not known", () => {
    const values = gauges(process({ 101: 7, 112: 8 }), ({ memoryBytes }) => memoryBytes, { ...stretches, count: 6 });
    expect(values).toEqual([7, 8, 8, null, null, null]);
  });

  it("of several processes are put together where any is known", () => {
    expect(
      together(
        [
          [1, null, null],
          [2, 3, null],
        ],
        Math.max,
        3,
      ),
    ).toEqual([2, 3, null]);
  });
});
