import { fork } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { freePort } from "../setup/port.mjs";
import { endWithUs } from "../setup/process.mjs";
import { root } from "../setup/root.mjs";

const READY_MS = 180_000;
const STOP_MS = 30_000;

function start(path, env) {
  const child = fork(path, {
    cwd: root,
    stdio: ["ignore", "ignore", "inherit", "ipc"],
    env: { ...process.env, NODE_ENV: "production", LOG_LEVEL: "error", ...env },
  });
  endWithUs(child);
  return child;
}

/** Ends a process with SIGTERM and waits for it. */
export async function stop(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), STOP_MS);
  await ended;
  clearTimeout(timer);
}

async function untilReady(child, url) {
  const deadline = Date.now() + READY_MS;
  while (Date.now() < deadline && child.exitCode === null) {
    const answer = await fetch(url).catch(() => undefined);
    if (answer?.ok) return;
    await sleep(50);
  }
  throw new Error(`The process at ${url} did not become ready.`);
}

/** Starts the web process from its bundle. */
export async function startWeb(env) {
  const port = await freePort();
  const child = start(`${root}dist/server.js`, { ...env, PORT: String(port), HOST: "127.0.0.1" });
  await untilReady(child, `http://127.0.0.1:${port}/readyz`);
  return { port, child };
}

/** Starts the worker from its bundle. It takes jobs as soon as it is there. */
export function startWorker(env) {
  return start(`${root}dist/worker.js`, env);
}

/** Starts the server that the door is compared with. */
export async function startBaseline(env) {
  const port = await freePort();
  const child = start(fileURLToPath(new URL("baseline.mjs", import.meta.url)), { ...env, PORT: String(port) });
  await once(child, "message");
  return { port, child };
}

/** Starts the process that sends requests; gives a function that lets it run once. */
export function startLoad() {
  const child = start(fileURLToPath(new URL("load.mjs", import.meta.url)), {});
  return {
    child,
    async run(options) {
      child.send(options);
      const [result] = await once(child, "message");
      return result;
    },
  };
}
