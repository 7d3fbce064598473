import { spawnSync } from "node:child_process";
import { median } from "../median.mjs";
import { loadWhole } from "./measures.mjs";

/** Resident memory of processes and all that they started, in MiB. */
function residentMiB(pids) {
  const { stdout } = spawnSync("ps", ["-A", "-o", "pid=,ppid=,rss="], { encoding: "utf8" });
  const rows = stdout
    .trim()
    .split("\n")
    .map((line) => line.trim().split(/\s+/).map(Number));
  const counted = new Set(pids);
  for (let grown = true; grown; ) {
    grown = false;
    for (const [pid, parent] of rows) {
      if (!counted.has(parent) || counted.has(pid)) continue;
      counted.add(pid);
      grown = true;
    }
  }
  return rows.reduce((sum, [pid, , kibibytes]) => sum + (counted.has(pid) ? kibibytes : 0), 0) / 1024;
}

/**
 * What web process and worker take together: idle, and over a time under full load in its second and last fifth. The first one
 * warms up.
 */
export async function measureMemory(run, seconds) {
  const { idle, samples, rate } = await loadWhole(run, seconds, (worker) =>
    residentMiB([run.web.child.pid, worker.pid]),
  );
  const fifth = Math.floor(samples.length / 5);
  return {
    seconds,
    rate,
    idle,
    early: median(samples.slice(fifth, 2 * fifth)),
    late: median(samples.slice(-fifth)),
    most: Math.max(...samples),
  };
}
