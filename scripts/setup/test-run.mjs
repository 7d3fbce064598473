import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { installPackages, packagesAreInstalled } from "./install.mjs";
import { endWithUs } from "./process.mjs";
import { explain, say, step } from "./progress.mjs";
import { root } from "./root.mjs";
import { countOwn, countPlaywright, countVitest, summarise } from "./test-results.mjs";

const PARTS = ["check", "unit", "db", "e2e", "faults", "bench"];

/** Runs a program with Node, one of a package or our own. What it writes goes to the terminal. @returns {Promise<number>} its exit code */
function run(script, args, env = {}) {
  return new Promise((fulfil) => {
    const child = spawn(process.execPath, [join(root, script), ...args], {
      cwd: root,
      stdio: ["ignore", "inherit", "inherit"],
      env: { ...process.env, NEXT_TELEMETRY_DISABLED: "1", ...env },
    });
    endWithUs(child);
    child.on("error", () => fulfil(1));
    child.on("close", (code) => fulfil(code ?? 1));
  });
}

const readReport = (path) => (existsSync(path) ? readFileSync(path, "utf8") : undefined);
const oneTest = (exitCode) => (exitCode === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 });

async function check() {
  say("\nTypes");
  const typegen = await run("node_modules/next/dist/bin/next", ["typegen"]); // the types of the pages, which the checker needs
  const types = typegen || (await run("node_modules/typescript/bin/tsc", ["--noEmit"]));
  say("\nLint and format");
  const lint = await run("node_modules/@biomejs/biome/bin/biome", ["check", "--error-on-warnings", "."]);
  return [oneTest(types), oneTest(lint)];
}

async function vitest(projects, filters, folder) {
  say(`\nTests: ${projects.join(" and ")}`);
  const report = join(folder, "vitest.json");
  const exitCode = await run(
    "node_modules/vitest/vitest.mjs",
    [
      "run",
      ...projects.flatMap((project) => ["--project", project]),
      "--reporter=default",
      "--reporter=json",
      `--outputFile.json=${report}`,
      ...filters,
    ],
    { NODE_ENV: "test" },
  );
  return countVitest(readReport(report), exitCode);
}

async function e2e(filters, folder) {
  const { buildApplication, isBuilt } = await import("./build.mjs");
  say("\nTests in the browser");
  if (!isBuilt()) await step("Building the application", buildApplication);
  const report = join(folder, "playwright.json");
  const exitCode = await run("node_modules/@playwright/test/cli.js", ["test", "--reporter=list,json", ...filters], {
    PLAYWRIGHT_JSON_OUTPUT_NAME: report,
  });
  return countPlaywright(readReport(report), exitCode);
}

/** The short form of the tests that kill processes: one test for each fault. */
async function faults(folder) {
  const { buildApplication, isBuilt } = await import("./build.mjs");
  say("\nFaults");
  if (!isBuilt()) await step("Building the application", buildApplication);
  const report = join(folder, "faults.json");
  const exitCode = await run("scripts/faults/main.mjs", ["--short", "--no-build", "--report", report]);
  return countOwn(readReport(report), exitCode);
}

/**
 * Benches too short to measure anything: they run, all that was answered was stored and completed, and every list and count
 * holds exactly what was asked for.
 */
async function bench() {
  const { buildApplication, isBuilt } = await import("./build.mjs");
  say("\nBench");
  if (!isBuilt()) await step("Building the application", buildApplication);
  const short = ["--seconds=0.5", "--rounds=1", "--warm-up=0.2", "--history=2000", "--backlog=200"];
  const speed = await run("scripts/bench/main.mjs", ["--no-build", "--only=accept,complete,sync,full", ...short]);
  const size = await run("scripts/bench/size.mjs", ["--no-build", "--scale=0.002", "--requests=2", "--load-seconds=1"]);
  return [oneTest(speed), oneTest(size)];
}

async function prepare() {
  if (!packagesAreInstalled({ withDev: true })) await step("Installing the packages", installPackages);
  const { clientIsGenerated, generate } = await import("./build.mjs");
  if (!clientIsGenerated()) await step("Generating the database client", generate);
}

async function* runParts(chosen, filters, folder) {
  const wanted = (part) => !chosen || chosen === part;
  if (wanted("check")) yield* await check();
  const projects = ["unit", "db"].filter(wanted);
  if (projects.length > 0) yield await vitest(projects, filters, folder);
  if (wanted("e2e")) yield await e2e(filters, folder);
  if (wanted("faults")) yield await faults(folder);
  if (wanted("bench")) yield* await bench();
}

/**
 * Runs the tests, all of them or one part (`check`, `unit`, `db`, `e2e`, `faults`, `bench`) and in it the files that match the filters, and
 * prints how many passed and failed.
 *
 * @param {string[]} args
 * @returns {Promise<number>} the exit code
 */
export async function main(args) {
  const [chosen, ...filters] = args;
  if (chosen && !PARTS.includes(chosen)) {
    say(`There is no part ${chosen}. The parts are: ${PARTS.join(", ")}.`);
    return 1;
  }
  for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"]))
    process.once(signal, () => process.exit(1));
  const folder = mkdtempSync(join(tmpdir(), "spoke-results-"));
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  const counts = [];
  try {
    await prepare();
    for await (const part of runParts(chosen, filters, folder)) counts.push(part);
  } catch (error) {
    explain(error);
    counts.push(oneTest(1));
  }
  const { line, exitCode } = summarise(counts);
  say(`\n${line}`);
  return exitCode;
}
