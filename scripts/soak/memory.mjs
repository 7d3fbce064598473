import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

const SAMPLE_MS = 2_000;
/** From the first third to the last, in parts: what is above has grown. */
const MOST_GROWTH = 0.15;
/** Until then a process is still filling its caches and pools. */
const WARM_UP_MS = 60_000;
/** A shorter time says nothing about growth. */
const SHORTEST_MS = 9 * 60_000;

function residentBytes(pid) {
  try {
    if (process.platform === "linux") {
      const status = readFileSync(`/proc/${pid}/status`, "utf8");
      return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) * 1024;
    }
    return Number(execFileSync("ps", ["-o", "rss=", "-p", String(pid)], { encoding: "utf8" })) * 1024;
  } catch {
    return 0; // it has just been killed
  }
}

/**
 * Notes the resident memory of groups of processes every 2 s.
 *
 * @param {Record<string, () => number[]>} groups gives the process ids of each group as they are now
 */
export function watchMemory(groups) {
  const samples = [];
  const startMs = performance.now();
  const sample = () => {
    const bytes = Object.fromEntries(
      Object.entries(groups).map(([name, pids]) => [name, pids().reduce((sum, pid) => sum + residentBytes(pid), 0)]),
    );
    samples.push({ atMs: performance.now() - startMs, bytes });
  };
  const timer = setInterval(sample, SAMPLE_MS);
  return {
    /** @returns {{ atMs: number, bytes: Record<string, number> }[]} */
    stop() {
      clearInterval(timer);
      return samples;
    },
  };
}

export function median(numbers) {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? 0;
}

/**
 * The median of each third of the time after the first minute, per group, in MB. `grown` says whether the last is higher than
 * the first by more than it may be; never for a time that is too short to say.
 */
export function thirdsOf(samples) {
  const lastMs = samples.at(-1)?.atMs ?? 0;
  const lengthMs = (lastMs - WARM_UP_MS) / 3;
  const third = (n) =>
    samples.filter(({ atMs }) => Math.floor((atMs - WARM_UP_MS) / lengthMs) === n || (lengthMs <= 0 && n === 0));
  return Object.keys(samples[0]?.bytes ?? {}).map((name) => {
    const medians = [0, 1, 2].map((n) => median(third(n).map(({ bytes }) => bytes[name])) / 1024 ** 2);
    return { name, medians, grown: lastMs >= SHORTEST_MS && medians[2] > medians[0] * (1 + MOST_GROWTH) };
  });
}
