import { randomInt } from "node:crypto";
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { buildApplication, isBuilt } from "../setup/build.mjs";
import { say, step } from "../setup/progress.mjs";
import { faults } from "./faults.mjs";
import { randomOf } from "./harness/random.mjs";
import { startStack } from "./harness/stack.mjs";
import { startStub } from "./harness/stub.mjs";
import { makeWorld } from "./harness/world.mjs";
import { printReport } from "./report.mjs";
import { problemsOf, runFault } from "./run-fault.mjs";
import { runSupervised } from "./supervised.mjs";

const HELP = `npm run test:faults -- [--short] [--rounds 3] [--rate 300] [--outage 60] [--only worker] [--seed 1] [--no-build]

Kills, freezes and cuts off Spoke's processes while requests come in, and counts what became of each request:
  on two workers, a web process and a PostgreSQL of their own in a temporary folder, on this machine alone; the last ones on
  what npm start runs, whose supervisor starts again what was killed
  --short    seconds instead of minutes: short leases and outages, little load, one round
  --rounds   how often each fault happens, each time at another moment
  --rate     requests per second
  --outage   seconds without a database
  --only     faults whose name begins so
  --seed     of the random moments; printed at the beginning
  --no-build take dist/ and .next/ as they are`;

const { values } = parseArgs({
  options: {
    short: { type: "boolean", default: false },
    rounds: { type: "string" },
    rate: { type: "string" },
    outage: { type: "string" },
    only: { type: "string", default: "" },
    seed: { type: "string" },
    report: { type: "string" },
    "no-build": { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});

const LONG = { rounds: 3, perSecond: 300, outageMs: 60_000, warmUp: 1_000, delaySeconds: 2, env: {} };
const SHORT = {
  rounds: 1,
  perSecond: 80,
  outageMs: 0,
  warmUp: 60,
  delaySeconds: 0.2,
  env: { WORKER_LEASE_SECONDS: "10" }, // shorter ones pass by themselves where the machine is busy
};

function readOptions() {
  const { rounds, perSecond, outageMs, ...rest } = values.short ? SHORT : LONG;
  return {
    ...rest,
    short: values.short,
    rounds: Number(values.rounds ?? rounds),
    perSecond: Number(values.rate ?? perSecond),
    outageMs: values.outage ? Number(values.outage) * 1000 : outageMs,
  };
}

/** Runs a fault and says how it went. What it throws is a problem like what the ledger shows. */
async function judge(name, run) {
  const beginMs = performance.now();
  let ledger;
  let problems;
  try {
    ledger = await run();
    problems = problemsOf(ledger);
  } catch (error) {
    problems = [error.message];
  }
  const seconds = Math.round((performance.now() - beginMs) / 1000);
  say(
    `${problems.length === 0 ? "passed" : "FAILED"}  ${name} (${seconds} s)${problems.map((text) => `\n        ${text}`).join("")}`,
  );
  return { name, ledger, problems };
}

async function runAll(options) {
  const stub = await startStub();
  const results = [];
  try {
    const chosen = faults.filter(({ name }) => name.startsWith(values.only));
    if (chosen.length > 0) {
      const start = () => startStack({ workers: 2, env: options.env, network: true });
      const stack = await step("Starting PostgreSQL, a web process and two workers", start);
      try {
        const targets = await stack.withConnection((client) => makeWorld(client, { stubUrl: stub.url, ...options }));
        // Most requests only compute, as most do.
        const weighted = [...targets, ...targets.filter(({ kind }) => kind === "pure")];
        for (let round = 1; round <= options.rounds; round++)
          for (const fault of chosen)
            results.push(
              await judge(fault.name, () => runFault({ ...options, stack, stub, targets: weighted }, fault)),
            );
      } finally {
        await stack.stop();
      }
    }
    if ("npm start".startsWith(values.only) || values.only.startsWith("npm start"))
      results.push(...(await runSupervised({ ...options, stub, judge })));
  } finally {
    await stub.stop();
  }
  return results;
}

async function main() {
  if (values.help) return say(HELP);
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.once(signal, () => process.exit(1));
  if (!values["no-build"] && !isBuilt()) await step("Building the application", () => buildApplication());
  const seed = Number(values.seed ?? randomInt(2 ** 31));
  say(`Moments are drawn with --seed ${seed}`);
  const options = { ...readOptions(), random: randomOf(seed) };
  const results = await runAll(options);
  printReport(results, options);
  const failures = results
    .filter(({ problems }) => problems.length > 0)
    .map(({ name, problems }) => `${name}: ${problems.join("; ")}`);
  const failed = failures.length;
  if (values.report)
    writeFileSync(values.report, JSON.stringify({ passed: results.length - failed, failed, failures }));
  process.exitCode = failed > 0 || results.length === 0 ? 1 : 0;
}

await main();
