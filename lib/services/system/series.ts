import { LATENCY_BOUNDS } from "@/lib/metrics/bounds";
import type { Figures } from "@/lib/metrics/figures";

/** One process's samples, oldest first. Times are milliseconds since 1970. */
export type ProcessSamples = { id: string; startedAt: number; samples: readonly Sample[] };
export type Sample = { at: number; figures: Figures };

/** Stretches of equal length, one behind the other. */
export type Stretches = { from: number; stepMs: number; count: number };

export type Values = (number | null)[];

/** A sample is taken for what still holds for so long. */
const GAUGE_MS = 25_000;

/** What one process did in one stretch, and for how much of it that is known. */
type Part = { amount: number; ms: number };

/**
 * Spreads what a process has counted over the stretches: the difference of two samples evenly over the time between them.
 * A process begins at 0. A stretch that no two samples reach into has no part.
 */
function partsOf(
  process: ProcessSamples,
  read: (figures: Figures) => number,
  stretches: Stretches,
): (Part | undefined)[] {
  const { from, stepMs, count } = stretches;
  const parts = new Array<Part | undefined>(count).fill(undefined);
  let before: { at: number; value: number } | undefined;
  if (process.startedAt >= from - stepMs) before = { at: process.startedAt, value: 0 };
  for (const { at, figures } of process.samples) {
    const value = read(figures);
    if (before && at > before.at) {
      const perMs = Math.max(value - before.value, 0) / (at - before.at);
      const first = Math.max(Math.floor((before.at - from) / stepMs), 0);
      const last = Math.min(Math.floor((at - from) / stepMs), count - 1);
      for (let index = first; index <= last; index++) {
        const begin = Math.max(before.at, from + index * stepMs);
        const ms = Math.min(at, from + (index + 1) * stepMs) - begin;
        if (ms <= 0) continue;
        const known = parts[index] ?? { amount: 0, ms: 0 };
        parts[index] = { amount: known.amount + perMs * ms, ms: known.ms + ms };
      }
    }
    before = { at, value };
  }
  return parts;
}

type Read = (figures: Figures) => number;

/** How often something happened per second, of all processes together. */
export function rates(processes: readonly ProcessSamples[], read: Read, stretches: Stretches): Values {
  return combine(processes, read, stretches, ({ amount, ms }) => (amount / ms) * 1_000);
}

/** How often something happened in each stretch, of all processes together. */
export function amounts(processes: readonly ProcessSamples[], read: Read, stretches: Stretches): Values {
  return combine(processes, read, stretches, ({ amount }) => amount);
}

function combine(
  processes: readonly ProcessSamples[],
  read: Read,
  stretches: Stretches,
  measure: (part: Part) => number,
): Values {
  const sums = new Array<number | null>(stretches.count).fill(null);
  for (const process of processes) {
    for (const [index, part] of partsOf(process, read, stretches).entries()) {
      if (part) sums[index] = (sums[index] ?? 0) + measure(part);
    }
  }
  return sums;
}

/** One amount by another, where the other is not 0. */
export function ratios(processes: readonly ProcessSamples[], read: Read, per: Read, stretches: Stretches): Values {
  const [above, below] = [amounts(processes, read, stretches), amounts(processes, per, stretches)];
  return above.map((amount, index) => {
    const divisor = below[index] ?? 0;
    return amount === null || divisor < 1e-9 ? null : amount / divisor;
  });
}

/** A percentile of latencies, in milliseconds; null where there was none. */
export function percentiles(
  processes: readonly ProcessSamples[],
  read: (figures: Figures) => readonly number[],
  { share, stretches }: { share: number; stretches: Stretches },
): Values {
  const perBound = Array.from({ length: LATENCY_BOUNDS.length + 1 }, (_, bound) =>
    amounts(processes, (figures) => read(figures)[bound] ?? 0, stretches),
  );
  return Array.from({ length: stretches.count }, (_, index) => {
    const seconds = percentile(
      perBound.map((values) => values[index] ?? 0),
      share,
    );
    return seconds === null ? null : seconds * 1_000;
  });
}

/** Where `share` of all values lie below, taking those between two bounds as spread evenly. Over the last bound: that. */
export function percentile(counts: readonly number[], share: number): number | null {
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total < 1e-9) return null;
  let below = 0;
  for (const [index, count] of counts.entries()) {
    const upper = LATENCY_BOUNDS[index];
    if (upper === undefined) break;
    if (below + count >= total * share) {
      const lower = LATENCY_BOUNDS[index - 1] ?? 0;
      return lower + (upper - lower) * ((total * share - below) / count);
    }
    below += count;
  }
  return LATENCY_BOUNDS.at(-1)!;
}

/** What a process showed at the end of each stretch; null where it had not been heard of for a while. */
export function gauges(
  { samples }: ProcessSamples,
  read: (figures: Figures) => number | null | undefined,
  { from, stepMs, count }: Stretches,
): Values {
  let next = 0;
  let latest: { at: number; value: number } | undefined;
  return Array.from({ length: count }, (_, index) => {
    const end = from + (index + 1) * stepMs;
    for (; next < samples.length && samples[next]!.at <= end; next++) {
      const { at, figures } = samples[next]!;
      const value = read(figures);
      if (value !== null && value !== undefined) latest = { at, value };
    }
    return latest && latest.at > end - Math.max(stepMs, GAUGE_MS) ? latest.value : null;
  });
}

/** Puts the gauges of several processes together, stretch by stretch. */
export function together(all: readonly Values[], join: (...values: number[]) => number, count: number): Values {
  return Array.from({ length: count }, (_, index) => {
    const known = all.flatMap((values) => values[index] ?? []);
    return known.length === 0 ? null : join(...known);
  });
}

/** Adds up any number of values. */
export const sum = (...values: number[]): number => values.reduce((total, value) => total + value, 0);
