import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import pg from "pg";
import { buildApplication } from "../setup/build.mjs";
import { migrate } from "../setup/migrate.mjs";
import { freePort } from "../setup/port.mjs";
import { startPostgres } from "../setup/postgres.mjs";
import { say, step } from "../setup/progress.mjs";
import { measureAccept, measureBaseline, measureComplete, measureSync } from "./measures.mjs";
import { startBaseline, startLoad, startWeb, startWorker, stop } from "./processes.mjs";
import { printReport } from "./report.mjs";
import { makeWorld } from "./world.mjs";

const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "5" },
    rounds: { type: "string", default: "3" },
    connections: { type: "string", default: "50" },
    only: { type: "string", default: "accept,complete,sync" },
    "no-build": { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});

const HELP = `npm run bench -- [--seconds 5] [--rounds 3] [--connections 50] [--only accept,complete,sync] [--no-build]

Measures Spoke on a PostgreSQL of its own in a temporary folder, on this machine alone:
  accept    requests answered 200 per second, each stored durably before; no worker runs
  complete  transactions (webhook, set fields, decision, set fields) from the first request to the last end, per second
  sync      synchronous requests (webhook, set fields, decision, one of two responses) answered per second
Each round also measures a plain Node server that stores the same bodies in one table, many with one commit.
The ratios compare within a round, because a machine is not equally fast all the time.`;

async function startDatabase(folder) {
  const password = randomBytes(16).toString("hex");
  const postgres = await startPostgres({
    dataDir: join(folder, "data"),
    logFile: join(folder, "postgres.log"),
    port: await freePort(),
    password,
  });
  const admin = new pg.Client({ connectionString: postgres.url("postgres") });
  await admin.connect();
  await admin.query("CREATE DATABASE spoke");
  await admin.end();
  await migrate({ url: postgres.url() });
  return postgres;
}

async function measureRounds({ url, seconds, rounds, connections, only }) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const world = await makeWorld(client);
  const env = {
    DATABASE_URL: url,
    NEXTAUTH_SECRET: randomBytes(32).toString("base64"),
    ENCRYPTION_KEY: randomBytes(32).toString("base64"),
    PUBLIC_URL: "http://127.0.0.1",
  };
  const load = startLoad();
  const web = await step("Starting the web process", () => startWeb(env));
  const plain = await startBaseline(env);
  const run = { load: load.run, client, web, plain, world, seconds, connections, startWorker: () => startWorker(env) };
  const results = [];
  try {
    for (let round = 1; round <= rounds; round++) {
      const result = await step(`Round ${round} of ${rounds}`, async () => ({
        baseline: await measureBaseline(run),
        accept: only.includes("accept") ? await measureAccept(run) : undefined,
        complete: only.includes("complete") ? await measureComplete(run) : undefined,
        sync: only.includes("sync") ? await measureSync(run) : undefined,
      }));
      results.push(result);
    }
  } finally {
    await Promise.all([web, plain, load].map(({ child }) => stop(child)));
    await client.end();
  }
  return results;
}

async function main() {
  if (values.help) return say(HELP);
  const options = {
    seconds: Number(values.seconds),
    rounds: Number(values.rounds),
    connections: Number(values.connections),
    only: values.only.split(","),
  };
  if (!values["no-build"]) await step("Building the application", () => buildApplication());
  const folder = mkdtempSync(join(tmpdir(), "spoke-bench-"));
  const postgres = await step("Starting PostgreSQL", () => startDatabase(folder));
  try {
    const results = await measureRounds({ url: postgres.url(), ...options });
    printReport(results, { ...options, cores: availableParallelism() });
  } finally {
    await postgres.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

await main();
