import { linkSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { beginOf } from "./process.mjs";

const POLL_MS = 250;

/** @returns {number | undefined} the process that holds the lock, when it still runs */
function holderOf(path) {
  try {
    const [pid, begin] = readFileSync(path, "utf8").split("\n");
    return begin && beginOf(Number(pid)) === begin ? Number(pid) : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Takes the lock file `path` for this process. One that was left by a process that is no more does not count.
 *
 * @returns {{ release: () => void } | { heldBy: number }} the lock, or the id of the process that has it
 */
export function takeLock(path) {
  const own = `${path}.${process.pid}`;
  writeFileSync(own, `${process.pid}\n${beginOf(process.pid)}`, { mode: 0o600 });
  try {
    for (;;) {
      try {
        linkSync(own, path); // the file appears whole: nobody takes one that is being written for a left one
        return { release: () => rmSync(path, { force: true }) };
      } catch (error) {
        if (error.code !== "EEXIST") throw error;
        const heldBy = holderOf(path);
        if (heldBy !== undefined) return { heldBy };
        rmSync(path, { force: true });
      }
    }
  } finally {
    rmSync(own, { force: true });
  }
}

/** Does `work` while this process alone holds the lock `path`; waits for its turn. */
export async function withLock(path, work) {
  for (;;) {
    const lock = takeLock(path);
    if ("release" in lock) {
      try {
        return await work();
      } finally {
        lock.release();
      }
    }
    await sleep(POLL_MS);
  }
}
