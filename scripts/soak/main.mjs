import { randomInt } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { faults } from "../faults/faults.mjs";
import { checkLedger, drain, WRONG } from "../faults/harness/ledger.mjs";
import { startLoad } from "../faults/harness/load.mjs";
import { randomOf } from "../faults/harness/random.mjs";
import { startStack } from "../faults/harness/stack.mjs";
import { startStub } from "../faults/harness/stub.mjs";
import { makeWorld } from "../faults/harness/world.mjs";
import { buildApplication, isBuilt } from "../setup/build.mjs";
import { say, step } from "../setup/progress.mjs";
import { explainGrowth, readDisk } from "./disk.mjs";
import { watchMemory } from "./memory.mjs";
import { printReport, problemsOf } from "./report.mjs";

const HELP = `npm run soak -- [--minutes 15] [--rate 500] [--measure 60] [--outage 20] [--seed 1] [--no-build]

Sends requests for a while, at half the rate that the machine can complete, and lets a fault happen every minute in turn: the
faults of npm run test:faults. Afterwards it counts what became of each request, and shows memory and disk.
  --minutes  how long
  --rate     requests per second; half of what is measured first when it is left out
  --measure  seconds for measuring
  --outage   seconds without a database
  --seed     of the random moments; printed at the beginning
  --no-build take dist/ and .next/ as they are`;

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "15" },
    rate: { type: "string" },
    measure: { type: "string", default: "60" },
    outage: { type: "string", default: "20" },
    seed: { type: "string" },
    "no-build": { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});

const MINUTE_MS = 60_000;
const DRAIN_MS = 300_000;

/** Nine of ten only compute; the others call outside, answer their caller, or wait. */
function weigh(targets) {
  const pure = targets.find(({ kind }) => kind === "pure");
  return [...targets, ...Array.from({ length: 26 }, () => pure)];
}

/** Transactions completed per second of as many requests as 50 connections can send. */
async function measureRate({ stack, urls, targets, seconds }) {
  const beginMs = performance.now();
  const load = startLoad({ urls, targets, connections: 50 });
  await sleep(seconds * 1000);
  const sent = await load.stop();
  await drain(stack, { timeoutMs: DRAIN_MS });
  const completed = sent.filter(({ status }) => status === 200).length;
  return completed / ((performance.now() - beginMs) / 1000);
}

/** Lets faults happen, one at the beginning of each minute, until one more would come too late to be over by the end. */
async function letFaultsHappen(scene, minutes) {
  const happened = [];
  const startMs = Date.now();
  const at = () => (Date.now() - startMs) / MINUTE_MS;
  while (at() < minutes - 1) {
    const nextMinute = Math.floor(at()) + 1;
    if (nextMinute > minutes - 1) break;
    await sleep(startMs + nextMinute * MINUTE_MS - Date.now());
    const fault = faults[happened.length % faults.length];
    const from = at();
    await fault.act(scene);
    happened.push({ name: fault.name, from, to: at() });
    say(`  minute ${from.toFixed(1)}: ${fault.name}, over at ${at().toFixed(1)}`);
  }
  await sleep(startMs + minutes * MINUTE_MS - Date.now());
  return happened;
}

async function soak({ stack, stub, targets, perSecond, minutes, ...options }) {
  const urls = stack.webs.map(({ url }) => url);
  await stack.query("CHECKPOINT");
  const before = await readDisk(stack);
  const memory = watchMemory({
    web: () => stack.webs.map(({ pid }) => pid),
    workers: () => stack.workers.map(({ pid }) => pid),
  });
  const load = startLoad({ urls, targets, perSecond, connections: 1_000 });
  let sent;
  let happened;
  try {
    happened = await letFaultsHappen({ stack, stub, load, ...options }, minutes);
  } finally {
    sent = await load.stop();
  }
  const drainS = await drain(stack, { timeoutMs: DRAIN_MS });
  const samples = memory.stop();
  const after = await readDisk(stack);
  const ledger = await checkLedger(stack, { sent, targets, stub });
  return { sent, happened, drainS, samples, ledger, disk: { before, after } };
}

async function main() {
  if (values.help) return say(HELP);
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.once(signal, () => process.exit(1));
  if (!values["no-build"] && !isBuilt()) await step("Building the application", () => buildApplication());
  const seed = Number(values.seed ?? randomInt(2 ** 31));
  const minutes = Number(values.minutes);
  say(`Moments are drawn with --seed ${seed}`);
  const stub = await startStub();
  const stack = await startStack({ workers: 2, network: true });
  try {
    const targets = weigh(await stack.withConnection((client) => makeWorld(client, { stubUrl: stub.url })));
    const urls = stack.webs.map(({ url }) => url);
    const seconds = Number(values.measure);
    const measured = values.rate
      ? undefined
      : await step("Measuring the rate", () => measureRate({ stack, urls, targets, seconds }));
    const perSecond = values.rate ? Number(values.rate) : Math.floor(measured / 2);
    say(
      `${measured ? `${Math.round(measured)} transactions per second were completed; ` : ""}now ${perSecond} requests per second`,
    );
    stub.calls.clear();
    const options = { outageMs: Number(values.outage) * 1000, random: randomOf(seed) };
    const result = await soak({ stack, stub, targets, perSecond, minutes, ...options });
    const growth = await explainGrowth(stack);
    printReport({ ...result, growth, perSecond, measured, minutes });
    const problems = problemsOf(result, WRONG);
    say(problems.length === 0 ? "passed" : `FAILED\n  ${problems.join("\n  ")}`);
    process.exitCode = problems.length > 0 ? 1 : 0;
  } finally {
    await stack.stop();
    await stub.stop();
  }
}

await main();
