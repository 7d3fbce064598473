import { fork } from "node:child_process";
import { rmSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { beginOf } from "../../setup/process.mjs";

const GONE_MS = 10_000;

/**
 * Starts a process that outlives us by a moment, however we end: it kills what we named to it and removes our folders. A
 * frozen process, or PostgreSQL, would not notice by itself that we are gone.
 *
 * @returns {{ watch: (pid: number) => void, remove: (folder: string) => void, end: () => Promise<void> }}
 */
export function startReaper() {
  const child = fork(fileURLToPath(import.meta.url), ["reap"], { detached: true, stdio: "ignore" });
  child.unref();
  child.channel?.unref();
  const ended = new Promise((fulfil) => child.once("exit", fulfil));
  const tell = (message) => child.connected && child.send(message, () => {});
  return {
    watch: (pid) => tell({ pid }),
    remove: (folder) => tell({ folder }),
    async end() {
      child.ref();
      child.disconnect();
      await ended;
    },
  };
}

async function reap(processes, folders) {
  const runs = ([pid, begin]) => begin !== undefined && beginOf(pid) === begin;
  for (const entry of [...processes].filter(runs)) process.kill(entry[0], "SIGKILL");
  const deadline = Date.now() + GONE_MS;
  while ([...processes].some(runs) && Date.now() < deadline) await sleep(20);
  for (const folder of folders) rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
}

if (process.argv[2] === "reap") {
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => {});
  const processes = new Map();
  const folders = new Set();
  process.on("message", ({ pid, folder }) => {
    if (pid) processes.set(pid, beginOf(pid)); // its begin tells it from a later process with the same number
    if (folder) folders.add(folder);
  });
  process.once("disconnect", () => void reap(processes, folders).finally(() => process.exit()));
}
