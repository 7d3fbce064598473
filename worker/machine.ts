import { execFileSync } from "node:child_process";
import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";

/**
 * Names where process ids mean what they mean here: the machine, its boot, and the PID namespace. Two containers with one host name
 * have two of these. Undefined where it can't be told.
 */
export function readMachine(): string | undefined {
  try {
    if (process.platform === "linux") {
      const bootId = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
      return `${hostname()} ${bootId} ${readlinkSync("/proc/self/ns/pid")}`;
    }
    if (process.platform !== "darwin") return undefined;
    const bootId = execFileSync("sysctl", ["-n", "kern.bootsessionuuid"], { encoding: "utf8" }).trim();
    return `${hostname()} ${bootId}`;
  } catch {
    return undefined;
  }
}

/** Whether a process with this id runs on this machine. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}
