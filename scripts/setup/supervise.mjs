import { spawn } from "node:child_process";
import { closeSync, copyFileSync, mkdirSync, openSync, statSync, truncateSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { say } from "./progress.mjs";
import { root } from "./root.mjs";

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;
const STEADY_MS = 60_000;
const LOG_BYTES = 50 * 1024 * 1024;
const LOG_CHECK_MS = 60_000;

/** @returns {number} how long to wait, in ms, before a program is started that has ended `failures` times (1 or more) in a row */
export const pauseMs = (failures) => Math.min(FIRST_PAUSE_MS * 2 ** (failures - 1), LONGEST_PAUSE_MS);

/**
 * Something that runs until it is stopped: `ended` resolves, with the reason, when it has ended.
 *
 * @typedef {{ pid?: number, ended: Promise<string>, stop: () => Promise<void>, kill: () => void }} Running
 */

/**
 * Starts one of our programs with Node. What it logs goes to `logFile`, or to the terminal as
 * what it reports on its error output does.
 *
 * @param {{ script: string, env: NodeJS.ProcessEnv, logFile?: string, stopMs: number, within?: string[] }} options
 *   `stopMs` is how long it may take to end by itself once it was asked to; `within` is a command that runs it in its place
 * @returns {Running}
 */
export function runProgram({ script, env, logFile, stopMs, within = [] }) {
  if (logFile) mkdirSync(dirname(logFile), { recursive: true });
  const log = logFile ? openSync(logFile, "a", 0o600) : "inherit";
  // In a process group of its own, so that Ctrl-C in a terminal reaches only us and we end the programs in order.
  const node = [process.execPath, "--enable-source-maps", "--import", "./scripts/setup/tether.mjs", script];
  const [program, ...args] = [...within, ...node];
  const child = spawn(program, args, {
    cwd: root,
    env,
    detached: true,
    stdio: ["ignore", log, "inherit", "ipc"],
  });
  if (typeof log === "number") closeSync(log);
  const ended = new Promise((fulfil) => {
    child.on("error", (error) => fulfil(error.message));
    child.on("exit", (code, signal) => fulfil(signal ? `signal ${signal}` : `exit code ${code}`));
  });
  return {
    pid: child.pid,
    ended,
    kill: () => child.kill("SIGKILL"),
    async stop() {
      child.kill("SIGTERM");
      const inTime = await Promise.race([ended.then(() => true), sleep(stopMs, false, { ref: false })]);
      if (!inTime) child.kill("SIGKILL");
      await ended;
    },
  };
}

/**
 * Keeps something running: starts it, and starts it again, after a growing pause, when it ends by itself.
 *
 * @param {{ name: string, start: () => Promise<Running> | Running, hint?: string }} options
 *   `name` for the terminal: "The worker"; `hint` says where more can be read
 * @returns {Promise<{ stop: () => Promise<void>, kill: () => void, restart: () => void, failures: () => number }>} once it was started for the first time
 */
export async function keepRunning({ name, start, hint = "" }) {
  const stopping = new AbortController();
  let failures = 0;
  let restarting = false;
  /** @type {Running | undefined} */
  let running = await start();

  /** Tries to start it after `waitMs`, and again until it works. Gives nothing when it was to stop in the meantime. */
  async function startAgain(waitMs) {
    await sleep(waitMs, undefined, { signal: stopping.signal }).catch(() => {});
    if (stopping.signal.aborted) return undefined;
    try {
      const next = await start();
      if (!stopping.signal.aborted) return next;
      await next.stop();
      return undefined;
    } catch (error) {
      failures += 1;
      say(`${name} could not be started (${error.message}), trying again in ${pauseMs(failures) / 1000} s. ${hint}`);
      return startAgain(pauseMs(failures));
    }
  }

  async function watch() {
    while (running) {
      const begin = Date.now();
      const reason = await running.ended;
      running = undefined;
      if (stopping.signal.aborted) return;
      if (restarting) {
        restarting = false;
        failures = 0;
        running = await startAgain(0);
      } else {
        failures = Date.now() - begin > STEADY_MS ? 1 : failures + 1;
        say(`${name} ended (${reason}), starting it again in ${pauseMs(failures) / 1000} s. ${hint}`);
        running = await startAgain(pauseMs(failures));
      }
    }
  }

  const watching = watch();
  return {
    failures: () => failures,
    kill: () => running?.kill(),
    restart() {
      restarting = true;
      void running?.stop();
    },
    async stop() {
      stopping.abort();
      await running?.stop();
      await watching;
    },
  };
}

/** Keeps log files small: what is in them moves to `<file>.1` when there is too much of it. Returns how to end that. */
export function rotateLogs(files) {
  const timer = setInterval(() => {
    for (const file of files) {
      const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
      if (size < LOG_BYTES) continue;
      copyFileSync(file, `${file}.1`);
      truncateSync(file); // the programs go on writing to the same, now empty, file
    }
  }, LOG_CHECK_MS);
  timer.unref();
  return () => clearInterval(timer);
}
