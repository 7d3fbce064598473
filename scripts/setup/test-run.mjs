import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { installPackages, packagesAreInstalled } from "./install.mjs";
import { endWithUs } from "./process.mjs";
import { explain, say, step } from "./progress.mjs";
import { root } from "./root.mjs";
import { scratchFolder } from "./scratch.mjs";
import { add, countOwn, countPlaywright, countVitest, summarise } from "./test-results.mjs";

const PARTS = ["check", "unit", "db", "e2e", "faults", "bench"];

/** Where all that the parts throw away is kept. */
const TMPDIR = scratchFolder();

/**
 * Runs a program with Node, one of a package or our own. What it writes goes to the terminal: at once, or, when another has the
 * terminal, in one piece when both have ended.
 *
 * @param {string} script
 * @param {string[]} args
 * @param {{ env?: Record<string, string>, beside?: Promise<unknown> }} [options]
 * @returns {Promise<number>} its exit code
 */
function run(script, args, { env = {}, beside } = {}) {
  return new Promise((fulfil) => {
    const output = beside ? "pipe" : "inherit";
    const child = spawn(process.execPath, [join(root, script), ...args], {
      cwd: root,
      stdio: ["ignore", output, output],
      env: { ...process.env, TMPDIR, NEXT_TELEMETRY_DISABLED: "1", ...env },
    });
    endWithUs(child);
    let text = "";
    for (const stream of [child.stdout, child.stderr]) stream?.on("data", (chunk) => (text += chunk));
    child.on("error", () => fulfil(1));
    child.on("close", async (code) => {
      await Promise.allSettled([beside]);
      process.stdout.write(text);
      fulfil(code ?? 1);
    });
  });
}

const readReport = (path) => (existsSync(path) ? readFileSync(path, "utf8") : undefined);
const oneTest = (title, exitCode) =>
  exitCode === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1, failures: [title] };

async function checkTypes() {
  const typegen = await run("node_modules/next/dist/bin/next", ["typegen"]); // the types of the pages, which the checker needs
  return typegen || run("node_modules/typescript/bin/tsc", ["--noEmit"]);
}

async function check() {
  say("\nTypes, lint and format");
  const types = checkTypes();
  const lint = run("node_modules/@biomejs/biome/bin/biome", ["check", "--error-on-warnings", "."], { beside: types });
  return [oneTest("Types", await types), oneTest("Lint and format", await lint)];
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
    { env: { NODE_ENV: "test" } },
  );
  return countVitest(readReport(report), exitCode);
}

async function build() {
  const { buildApplication, isBuilt } = await import("./build.mjs");
  if (!isBuilt()) await step("Building the application", buildApplication);
}

async function e2e(filters, folder) {
  say("\nTests in the browser");
  await build();
  const report = join(folder, "playwright.json");
  const exitCode = await run("node_modules/@playwright/test/cli.js", ["test", "--reporter=list,json", ...filters], {
    env: { PLAYWRIGHT_JSON_OUTPUT_NAME: report },
  });
  return countPlaywright(readReport(report), exitCode);
}

/** The short form of the tests that kill processes: one test for each fault. */
async function faults(folder, beside) {
  const report = join(folder, "faults.json");
  const exitCode = await run("scripts/faults/main.mjs", ["--short", "--no-build", "--report", report], { beside });
  return countOwn(readReport(report), exitCode);
}

/**
 * Benches too short to measure anything: they run, all that was answered was stored and completed, and every list and count
 * holds exactly what was asked for.
 */
async function bench() {
  const short = ["--seconds=0.3", "--rounds=1", "--warm-up=0.1", "--history=1000", "--backlog=200"];
  const speed = await run("scripts/bench/main.mjs", ["--no-build", "--only=accept,complete,sync,full", ...short]);
  const size = await run("scripts/bench/size.mjs", [
    "--no-build",
    "--scale=0.002",
    "--requests=1",
    "--load-seconds=0.3",
  ]);
  return add(oneTest("The bench of speed", speed), oneTest("The bench of size", size));
}

/** Faults spend most of their time waiting, which the benches use: neither depends on how long something takes. */
async function* underLoad(wanted, folder) {
  const titles = [wanted("faults") && "Faults", wanted("bench") && "Bench"].filter(Boolean);
  if (titles.length === 0) return;
  say(`\n${titles.join(" and ")}`);
  await build();
  const benches = wanted("bench") ? bench() : undefined;
  yield* await Promise.all([benches, wanted("faults") ? faults(folder, benches) : undefined].filter(Boolean));
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
  if (projects.length > 0) {
    // The build takes what the tests leave of the machine. When it fails, who needs it builds again and says why.
    const { buildApplication } = await import("./build.mjs");
    const built = chosen ? undefined : buildApplication().catch(() => {});
    yield (await Promise.all([vitest(projects, filters, folder), built]))[0];
  }
  if (wanted("e2e")) yield await e2e(filters, folder);
  yield* underLoad(wanted, folder);
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
    counts.push(oneTest("The run itself", 1));
  }
  const { failures, line, exitCode } = summarise(counts);
  for (const failure of failures) say(`\nFailed: ${failure}`);
  say(`\n${line}`);
  return exitCode;
}
