import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { commandOf } from "../../setup/process.mjs";

function childIds(parent) {
  if (process.platform !== "linux") {
    const lines = execFileSync("ps", ["-axo", "pid=,ppid="], { encoding: "utf8" }).trim().split("\n");
    return lines.map((line) => line.trim().split(/\s+/).map(Number)).flatMap(([pid, of]) => (of === parent ? pid : []));
  }
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => {
      try {
        const stat = readFileSync(`/proc/${name}/stat`, "utf8");
        return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]) === parent;
      } catch {
        return false; // it has just ended
      }
    })
    .map(Number);
}

/**
 * Finds the processes that another one has started.
 *
 * @param {number} parent
 * @returns {{ pid: number, command: string }[]}
 */
export function childrenOf(parent) {
  return childIds(parent).flatMap((pid) => {
    const command = commandOf(pid);
    return command === undefined ? [] : { pid, command };
  });
}
