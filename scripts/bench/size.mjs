import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir, totalmem } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import pg from "pg";
import { buildApplication } from "../setup/build.mjs";
import { migrate } from "../setup/migrate.mjs";
import { freePort } from "../setup/port.mjs";
import { startPostgres } from "../setup/postgres.mjs";
import { explain, say, step } from "../setup/progress.mjs";
import { lendDatabase } from "./database.mjs";
import { startWeb, stop } from "./processes.mjs";
import { heldGroups } from "./size-held.mjs";
import { askOnce, measureGroup } from "./size-measure.mjs";
import { PLAN_SETTINGS, slowestPlan } from "./size-plans.mjs";
import { measureRemoval } from "./size-removal.mjs";
import { printFigures, printPlans, printRemoval } from "./size-report.mjs";
import { countGroups, receiptGroups, transactionGroups, webhookGroups } from "./size-requests.mjs";
import { makeSizedWorld } from "./size-world.mjs";

const { values } = parseArgs({
  options: {
    scale: { type: "string", default: "1" },
    requests: { type: "string", default: "30" },
    only: { type: "string", default: "webhooks,receipts,transactions,held,counts,dropping,deleting" },
    held: { type: "string" },
    keep: { type: "string" },
    "load-seconds": { type: "string", default: "30" },
    plans: { type: "boolean", default: false },
    "no-build": { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});

const HELP = `npm run bench:size -- [--scale 1] [--requests 30] [--plans] [--load-seconds 30] [--keep <folder>] [--no-build]
                      [--only webhooks,receipts,transactions,held,counts,dropping,deleting] [--held 1000000]

Measures Spoke's pages and its retention where much is stored, on a PostgreSQL of its own in a temporary folder: 100,000
webhooks, 5,000,000 transactions with as many receipts in 31 days, 1,000,000 held at a mid-cycle webhook. It needs about 20 GB of disk; with --scale 0.01 a
hundredth of all that. Requests go to the API of the real web process, one after the other.
  webhooks      the Webhooks Report: finding and listing webhooks
  receipts      a webhook's requests: one that has a fifth of all, and one that has three
  transactions  the transactions of an account that has three fifths of all
  held          the transactions that a mid-cycle webhook holds; --held sets how many, whatever the scale
  counts        the pages that count what happened today
  dropping      a day of 1,000,000 transactions, removed under load
  deleting      the 200,000 transactions of accounts that keep none, removed under load
--keep leaves the filled database in a folder, and uses it again when it is there; the last two change it.
Each answer is held to what the tables hold. --plans prints how PostgreSQL ran the slowest statement of each kind.`;

const SIZE = {
  webhooks: 100_000,
  transactions: 5_000_000,
  held: 1_000_000,
  dayRows: 1_000_000,
  accountRows: 200_000,
  bodyBytes: 1_000,
};

const GROUPS = [
  { name: "webhooks", title: "Webhooks Report", make: webhookGroups },
  { name: "receipts", title: "Requests of a webhook", make: receiptGroups },
  { name: "transactions", title: "Transactions of an account", make: transactionGroups },
  { name: "held", title: "Transactions that a webhook holds", make: heldGroups },
  { name: "counts", title: "Counts of today", make: countGroups },
];

/** A kept database keeps its password beside it. */
function passwordIn(folder) {
  const file = join(folder, "password");
  mkdirSync(folder, { recursive: true });
  if (!existsSync(file)) writeFileSync(file, randomBytes(16).toString("hex"), { mode: 0o600 });
  return readFileSync(file, "utf8").trim();
}

async function startDatabase(folder, logFile) {
  const postgres = await startPostgres({
    dataDir: join(folder, "data"),
    logFile,
    port: await freePort(),
    password: passwordIn(folder),
    settings: values.plans ? PLAN_SETTINGS : {},
  });
  const admin = new pg.Client({ connectionString: postgres.url("postgres") });
  await admin.connect();
  const { rows } = await admin.query("SELECT FROM pg_database WHERE datname = 'spoke'");
  if (rows.length === 0) await admin.query("CREATE DATABASE spoke");
  await admin.end();
  await migrate({ url: postgres.url() });
  return postgres;
}

async function measureGroups(run, { title, make }) {
  const groups = await make(run.client, run);
  const target = { port: run.web.port, key: run.world.key };
  const figures = [];
  await step(`Measuring: ${title}`, async () => {
    for (const group of groups.filter(({ requests }) => requests.length > 0))
      figures.push(await measureGroup(target, run.client, group));
  });
  const plans = [];
  if (values.plans) {
    for (const group of groups.filter(({ requests }) => requests.length > 0))
      plans.push({ title: group.title, plan: await slowestPlan(run, () => askOnce(target, group)) });
  }
  return { title, figures, plans };
}

async function sayWhere(client, { webhooks, transactions }) {
  const { rows } = await client.query("SELECT pg_database_size(current_database())::float8 AS bytes");
  const machine = `${availableParallelism()} cores, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.versions.node}`;
  const [hooks, many] = [webhooks, transactions].map((count) => count.toLocaleString("en"));
  const stored = `${hooks} webhooks, ${many} transactions and receipts, ${(rows[0].bytes / 2 ** 30).toFixed(1)} GiB on disk`;
  say(`\n${new Date().toISOString().slice(0, 10)}, ${machine}; ${stored}\n`);
}

async function measureAll({ url, logFile, size, only }) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const world = await step("Filling the tables", () => makeSizedWorld(client, size));
  const env = {
    DATABASE_URL: url,
    NEXTAUTH_SECRET: randomBytes(32).toString("base64"),
    ENCRYPTION_KEY: randomBytes(32).toString("base64"),
    PUBLIC_URL: "http://127.0.0.1",
  };
  const web = await step("Starting the web process", () => startWeb(env));
  const run = {
    client,
    world,
    web,
    env,
    logFile,
    now: Date.now(),
    variants: Number(values.requests),
    ...size,
    loadSeconds: Number(values["load-seconds"]),
  };
  try {
    await sayWhere(client, size);
    for (const groups of GROUPS.filter(({ name }) => only.includes(name))) {
      const measured = await measureGroups(run, groups);
      printFigures(measured);
      if (values.plans) printPlans(measured);
    }
    const removals = { dropping: only.includes("dropping"), deleting: only.includes("deleting") };
    if (removals.dropping || removals.deleting)
      printRemoval(await step("Removing under load", () => measureRemoval(run, removals)));
  } finally {
    await stop(web.child);
    await client.end();
  }
}

async function main() {
  if (values.help) return say(HELP);
  const scale = Number(values.scale);
  const scaled = Object.entries(SIZE).map(([name, count]) => [name, Math.max(1, Math.round(count * scale))]);
  const size = { ...Object.fromEntries(scaled), bodyBytes: SIZE.bodyBytes };
  if (values.held !== undefined) size.held = Number(values.held);
  if (!values["no-build"]) await step("Building the application", () => buildApplication());
  const folder = values.keep ?? mkdtempSync(join(tmpdir(), "spoke-size-"));
  const removeFolder = () => values.keep === undefined && rmSync(folder, { recursive: true, force: true });
  const logFile = join(folder, "postgres.log");
  const postgres = await step("Starting PostgreSQL", () => startDatabase(folder, logFile));
  const run = { url: postgres.url(), logFile, size, only: values.only.split(",") };
  await lendDatabase({ postgres, remove: removeFolder }, () => measureAll(run));
}

await main().catch((error) => {
  explain(error);
  process.exitCode = 1;
});
