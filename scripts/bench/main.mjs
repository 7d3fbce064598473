import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import pg from "pg";
import { buildApplication } from "../setup/build.mjs";
import { say, step } from "../setup/progress.mjs";
import { lendDatabase, startDatabase } from "./database.mjs";
import { fillHistory } from "./history.mjs";
import { measureRound } from "./measures.mjs";
import { measureMemory } from "./memory.mjs";
import { measureNeighbours } from "./neighbours.mjs";
import { startBaseline, startLoad, startWeb, startWorker, stop } from "./processes.mjs";
import { printReport } from "./report.mjs";
import { measureSlowScripts } from "./slow-scripts.mjs";
import { makeWorld, queueForStoppedCycle } from "./world.mjs";

const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "20" },
    rounds: { type: "string", default: "3" },
    connections: { type: "string", default: "50" },
    "warm-up": { type: "string", default: "5" },
    only: { type: "string", default: "accept,complete,sync,neighbours,scripts,memory,full" },
    "memory-seconds": { type: "string", default: "300" },
    history: { type: "string", default: "2000000" },
    backlog: { type: "string", default: "200000" },
    "no-build": { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});

const HELP = `npm run bench -- [--seconds 20] [--rounds 3] [--connections 50] [--only accept,complete,sync,neighbours,scripts,memory,full]
                 [--memory-seconds 300] [--history 2000000] [--backlog 200000] [--warm-up 5] [--no-build]

Measures Spoke's production processes on a PostgreSQL of its own in a temporary folder, on this machine alone:
  accept    requests answered 200 per second, each stored durably before; no worker runs;
            the same with a signature (HMAC) that is checked, and with an after_webhook script that restructures the data
  complete  transactions (webhook, set fields, decision, set fields) from the first request to the last end, per second
  sync      synchronous requests (webhook, set fields, decision, one of two responses) answered per second, over 50, 10 and
            1 connections
  neighbours  how long an account's requests take while another one sends ten times its limit, while it does not, and while
            it sends as much to the plain server
  scripts   how long requests to a webhook with a script take while another account's scripts never end, and while they do
  memory    what web process and worker take, idle and over --memory-seconds of full load
  full      accept, complete and sync again with --history transactions in the tables and --backlog jobs queued
Right before accept, complete and sync, a plain Node server is measured that stores the same bodies in one table, many with one
commit. Ratios compare with that, because a machine is not equally fast all the time. Each load runs --warm-up seconds before
it counts: processes that have just started compile what they run often. The defaults take about 40 minutes.`;

async function measureRounds(run, { rounds, only }, of) {
  const results = [];
  for (let round = 1; round <= rounds; round++)
    results.push(await step(`Round ${round} of ${rounds}${of}`, () => measureRound(run, only)));
  return results;
}

async function measureAll(run, options) {
  const { only, memorySeconds, history, backlog } = options;
  const empty = await measureRounds(run, options, "");
  const neighbours = only.includes("neighbours")
    ? await step("Measuring an account beside a loud one", () => measureNeighbours(run, run.seconds))
    : undefined;
  const slowScripts = only.includes("scripts")
    ? await step("Measuring a script beside slow ones", () => measureSlowScripts(run, run.seconds))
    : undefined;
  const memory = only.includes("memory")
    ? await step("Measuring memory", () => measureMemory(run, memorySeconds))
    : undefined;
  if (!only.includes("full")) return { empty, neighbours, slowScripts, memory };
  await step("Filling the tables", async () => {
    await fillHistory(run.client, { transactions: history });
    await queueForStoppedCycle(run.client, run.world, backlog);
    await run.client.query("VACUUM ANALYZE");
  });
  return {
    empty,
    neighbours,
    slowScripts,
    memory,
    full: await measureRounds({ ...run, history: true }, options, " with full tables"),
  };
}

async function withProcesses(url, { seconds, connections, warmUpSeconds }, work) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const env = {
    DATABASE_URL: url,
    NEXTAUTH_SECRET: randomBytes(32).toString("base64"),
    ENCRYPTION_KEY: randomBytes(32).toString("base64"),
    PUBLIC_URL: "http://127.0.0.1",
  };
  const world = await makeWorld(client, env.ENCRYPTION_KEY);
  const load = startLoad();
  const web = await step("Starting the web process", () => startWeb(env));
  const plain = await startBaseline(env);
  const run = {
    load: load.run,
    client,
    web,
    plain,
    world,
    seconds,
    connections,
    warmUpSeconds,
    startWorker: () => startWorker(env),
  };
  try {
    return await work(run);
  } finally {
    await Promise.all([web, plain, load].map(({ child }) => stop(child)));
    await client.end();
  }
}

async function main() {
  if (values.help) return say(HELP);
  const options = {
    seconds: Number(values.seconds),
    rounds: Number(values.rounds),
    connections: Number(values.connections),
    warmUpSeconds: Number(values["warm-up"]),
    only: values.only.split(","),
    memorySeconds: Number(values["memory-seconds"]),
    history: Number(values.history),
    backlog: Number(values.backlog),
  };
  if (!values["no-build"]) await step("Building the application", () => buildApplication());
  const folder = mkdtempSync(join(tmpdir(), "spoke-bench-"));
  const postgres = await step("Starting PostgreSQL", () => startDatabase(folder));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  await lendDatabase({ postgres, remove }, async () => {
    const results = await withProcesses(postgres.url(), options, (run) => measureAll(run, options));
    printReport(results, { ...options, cores: availableParallelism() });
  });
}

await main();
