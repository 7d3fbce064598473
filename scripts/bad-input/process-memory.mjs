import { execFileSync } from "node:child_process";
import { median } from "../median.mjs";

/** The resident memory of a process, in MiB. @param {number} pid */
export function residentMib(pid) {
  return Number(execFileSync("ps", ["-o", "rss=", "-p", String(pid)], { encoding: "utf8" })) / 1024;
}

/** Watches the resident memory of a process once a second. @param {number} pid */
export function watchMemory(pid) {
  /** @type {number[]} */
  const samples = [residentMib(pid)];
  const timer = setInterval(() => samples.push(residentMib(pid)), 1_000);
  return {
    /** Ends the watch: the beginning (after a fifth, when all is loaded), the end (the last fifth) and the highest, in MiB. */
    stop() {
      clearInterval(timer);
      const fifth = Math.max(1, Math.floor(samples.length / 5));
      return {
        first: samples[0] ?? 0,
        early: median(samples.slice(fifth, 2 * fifth)),
        late: median(samples.slice(-fifth)),
        peak: Math.max(...samples),
      };
    },
  };
}
