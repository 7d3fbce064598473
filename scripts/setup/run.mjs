import { chmodSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { installPackages, packagesAreInstalled } from "./install.mjs";
import { takeLock } from "./lock.mjs";
import { loadEnvFile, readOptions } from "./options.mjs";
import { portProblem } from "./port.mjs";
import { explain, SetupError, say, step } from "./progress.mjs";
import { readSecrets } from "./secrets.mjs";

const ECHO_MS = 1_000;

function openDataDir(dataDir) {
  mkdirSync(dataDir, { recursive: true });
  // As root, PostgreSQL runs as another user, who must be able to pass through; every file in it is closed by itself.
  chmodSync(dataDir, process.getuid?.() === 0 ? 0o711 : 0o700);
  const lock = takeLock(join(dataDir, "start.lock"));
  if ("heldBy" in lock) {
    throw new SetupError(
      `Spoke already runs on ${dataDir} (process ${lock.heldBy}). Stop that one, or set SPOKE_DATA_DIR to another folder.`,
    );
  }
  return lock;
}

async function checkPort({ port, host }) {
  const problem = (await portProblem(port, host)) ?? (host ? undefined : await portProblem(port, "127.0.0.1"));
  if (!problem) return;
  if (problem === "EACCES") {
    throw new SetupError(`Port ${port} is kept for the system. Choose one from 1024 on: PORT=3000 npm start`);
  }
  if (problem === "EADDRINUSE") {
    throw new SetupError(
      `Port ${port} is taken by another program. Stop it, or choose another port: PORT=${port + 1} npm start`,
    );
  }
  throw new SetupError(
    `Spoke can't listen on ${host} (${problem}). Set HOST to an address of this machine, or leave it out.`,
  );
}

/**
 * Sets up what is missing on this machine: packages, the Prisma client and, for production, the built application. A
 * database of the user's own is tried before the long work.
 */
async function prepare(mode, databaseUrl) {
  if (!packagesAreInstalled({ withDev: mode === "development" }))
    await step("Installing the packages", installPackages);
  if (databaseUrl) {
    const { checkDatabase } = await import("./database.mjs");
    await step("Connecting to the database", () => checkDatabase(databaseUrl));
  }
  const { buildApplication, clientIsGenerated, generate, isBuilt } = await import("./build.mjs");
  if (!clientIsGenerated()) await step("Generating the database client", generate);
  if (mode === "production" && !isBuilt()) await step("Building the application", buildApplication);
}

/** Calls `stop` at the first signal and `force` at one that comes later; npm passes on a Ctrl-C that we have already got. */
function onSignals({ stop, force }) {
  let firstAt = 0;
  const onSignal = () => {
    if (firstAt === 0) {
      firstAt = Date.now();
      void stop();
    } else if (Date.now() - firstAt > ECHO_MS) force();
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, onSignal);
}

/** Calls `stop` when the npm that started us is gone: nobody could stop us by it any more. */
function onParentGone(stop) {
  if (!process.env.npm_lifecycle_event) return;
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    stop();
  }, ECHO_MS);
  timer.unref();
}

/**
 * Runs Spoke until it is told to stop: sets up what is missing, starts database, web process and worker, and keeps them
 * running. Ends this process: with code 0 after a stop, with 1 when something prevents the start.
 *
 * @param {{ mode: "production" | "development", args: string[], readEnvFile?: boolean }} given
 */
export async function main({ mode, args, readEnvFile = true }) {
  /** What to do, last first, when Spoke ends. */
  const undo = [];
  let system;
  let stopping = false;

  async function stop(exitCode) {
    if (stopping) return;
    stopping = true;
    if (system && exitCode === 0) await step("Stopping", () => system.stop());
    else await system?.stop();
    for (const action of undo.reverse()) action();
    process.exit(exitCode);
  }
  onSignals({
    stop: () => stop(0),
    force: () => {
      say("Stopping at once.");
      system?.kill();
      for (const action of undo) action();
      process.exit(1);
    },
  });

  onParentGone(() => stop(0));

  try {
    if (readEnvFile) loadEnvFile();
    const options = readOptions({ args, env: process.env });
    const lock = openDataDir(options.dataDir);
    undo.push(lock.release);
    await checkPort(options);
    say("Starting Spoke");
    await prepare(mode, options.databaseUrl);
    if (stopping) return;
    const { System } = await import("./system.mjs");
    system = new System({ mode, options, secrets: readSecrets(join(options.dataDir, "secrets.json")) });
    await system.start();
  } catch (error) {
    if (stopping) return;
    explain(error);
    await stop(1);
  }
}
