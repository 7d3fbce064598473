import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

function ps(pid, column) {
  try {
    const text = execFileSync("ps", ["-o", `${column}=`, "-p", String(pid)], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
    return text.trim() || undefined;
  } catch {
    return undefined;
  }
}

/** Linux: the fields of `/proc/<pid>/stat` from the third (state) on; the second may itself hold blanks. */
function readStat(pid) {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    return text.slice(text.lastIndexOf(")") + 2).split(" ");
  } catch {
    return undefined;
  }
}

/** @returns {string | undefined} the command line of a running process; `undefined` when there is none with this id */
export function commandOf(pid) {
  if (process.platform !== "linux") return ps(pid, "command");
  const stat = readStat(pid);
  if (!stat || stat[0] === "Z") return undefined;
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ").trim();
  } catch {
    return undefined;
  }
}

/** @returns {string | undefined} when a process began, in the system's own terms: with its id it names it for good */
export function beginOf(pid) {
  return process.platform === "linux" ? readStat(pid)?.[19] : ps(pid, "lstart");
}

/** Ends a child process, when it still runs, as this one ends. */
export function endWithUs(child) {
  const end = () => child.kill();
  process.once("exit", end);
  child.once("close", () => process.off("exit", end));
}
