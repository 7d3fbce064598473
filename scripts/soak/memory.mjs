import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { median } from "../median.mjs";

const SAMPLE_MS = 2_000;
/** From the first half to the second, in parts: what is above has grown. */
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

/**
 * The median of each half of the time after the first minute, per group, in MB: in 15 minutes each fault happens once in either, in
 * the same order, so that processes which one of them had started anew are of the same ages in both. `grown` says whether the second
 * is higher by more than it may be; never for a time that is too short to say.
 */
export function halvesOf(samples) {
  const lastMs = samples.at(-1)?.atMs ?? 0;
  const fromMs = lastMs > WARM_UP_MS ? WARM_UP_MS : 0;
  const middleMs = (fromMs + lastMs) / 2;
  const halves = [
    samples.filter(({ atMs }) => atMs >= fromMs && atMs < middleMs),
    samples.filter(({ atMs }) => atMs >= middleMs),
  ];
  return Object.keys(samples[0]?.bytes ?? {}).map((name) => {
    const medians = halves.map((half) => median(half.map(({ bytes }) => bytes[name])) / 1024 ** 2);
    return { name, medians, grown: lastMs >= SHORTEST_MS && medians[1] > medians[0] * (1 + MOST_GROWTH) };
  });
}
