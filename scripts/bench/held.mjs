import { randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir, totalmem } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import pg from "pg";
import { explain, say, step } from "../setup/progress.mjs";
import { lendDatabase, startDatabase } from "./database.mjs";
import { makeHeld } from "./held-world.mjs";
import { startLoad, startWeb, startWorker, stop } from "./processes.mjs";

const CONNECTIONS = 50;

const { values } = parseArgs({
  options: {
    held: { type: "string", default: "100,1000000" },
    requests: { type: "string", default: "500" },
    seconds: { type: "string", default: "10" },
    continued: { type: "string", default: "100,1000,10000" },
    help: { type: "boolean", default: false },
  },
});

const HELP = `node scripts/bench/held.mjs [--held 100,1000000] [--requests 500] [--seconds 10] [--continued 100,1000,10000]

Measures requests to a mid-cycle webhook, one after the other, where so many transactions are held there, on a PostgreSQL of its
own in a temporary folder; and what the worker's memory is meanwhile. Then, for so many seconds each, as many requests as one web
process takes over ${CONNECTIONS} connections while the worker goes on with what they continue. At last one transaction is continued again and
again: how long it takes from a request to the end of its continuation when it is the 100th, and so on; blank leaves that out. Web
process and worker are those of the last build.`;

/** Transactions that are held where a load continues them, and values that come early. */
const LOADED = 20_000;
const LOAD_DAYS = 30;
const WARM_UP_SECONDS = 3;
const FILLER = "x".repeat(1_000);

/** Milliseconds of each request; every one continues another transaction. */
async function measure(port, { identifier, count }, requests) {
  const times = [];
  for (let n = 0; n < requests + 20; n++) {
    const body = JSON.stringify({ id: `order ${1 + ((n * 7919) % count)}` });
    const headers = { "content-type": "application/json" };
    const begun = performance.now();
    const answer = await fetch(`http://127.0.0.1:${port}/api/webhook/${identifier}`, { method: "POST", headers, body });
    await answer.text();
    if (n >= 20) times.push(performance.now() - begun);
    if (!answer.headers.has("x-spoke-transaction-id")) throw new Error(`Request ${n} matched no transaction.`);
  }
  return times.sort((a, b) => a - b);
}

const bodies = (valueAt) => Array.from({ length: LOADED }, (_, n) => JSON.stringify({ id: valueAt(n), note: FILLER }));

/** As many requests as are answered over many connections; each measure on a cycle of its own, after a moment that doesn't count. */
async function measureLoads(client, port) {
  const { child, run } = startLoad();
  const load = async (what, { held, days, valueAt }) => {
    const { identifier } = await makeHeld(client, held, days);
    const target = { port, path: `/api/webhook/${identifier}`, connections: CONNECTIONS, body: bodies(valueAt) };
    await run({ ...target, seconds: WARM_UP_SECONDS });
    await client.query("CHECKPOINT");
    const { answered, failed, seconds, p50, p99 } = await run({ ...target, seconds: Number(values.seconds) });
    if (failed > 0) throw new Error(`${failed} of ${answered} requests were not answered 200.`);
    say(`| ${what} | ${Math.round(answered / seconds).toLocaleString("en")} | ${p50.toFixed(1)} | ${p99.toFixed(1)} |`);
  };
  say("\n| requests | per second | p50 ms | p99 ms |\n|---|---|---|---|");
  try {
    const each = (n) => `order ${n + 1}`;
    await load("each for another transaction", { held: LOADED, days: 1, valueAt: each });
    await load(`for transactions of ${LOAD_DAYS} days`, { held: LOADED, days: LOAD_DAYS, valueAt: each });
    await load("all for one transaction", { held: 1, days: 1, valueAt: () => "order 1" });
    await load("early, each with another value", { held: 1, days: 1, valueAt: (n) => `early ${n}` });
  } finally {
    await stop(child);
  }
}

/** Continuations of one transaction that are timed together. */
const TIMED = 21;

/** How long one transaction takes to go on and end again, when it was continued so often before. */
async function measureContinued(client, port, counts) {
  const { identifier } = await makeHeld(client, 1);
  const headers = { "content-type": "application/json" };
  const body = JSON.stringify({ id: "order 1", note: FILLER });
  let sent = 0;
  /** @type {string | null} */
  let transactionId = null;
  const send = async () => {
    sent++;
    const answer = await fetch(`http://127.0.0.1:${port}/api/webhook/${identifier}`, { method: "POST", headers, body });
    await answer.text();
    transactionId = answer.headers.get("x-spoke-transaction-id");
    if (transactionId === null) throw new Error(`Request ${sent} matched no transaction.`);
  };
  const ended = async () => {
    for (;;) {
      const { rows } = await client.query(`SELECT state FROM "Transaction" WHERE id = $1`, [transactionId]);
      if (rows[0].state === "COMPLETED") return;
      if (rows[0].state === "FAILED") throw new Error(`The transaction failed after ${sent} requests.`);
      await sleep(1);
    }
  };
  say("\n| continuation | p50 ms until it has ended |\n|---|---|");
  for (const count of counts) {
    while (sent < count - TIMED)
      await Promise.all(Array.from({ length: Math.min(CONNECTIONS, count - TIMED - sent) }, send));
    if (sent > 0) await ended();
    const times = [];
    while (sent < count) {
      const begun = performance.now();
      await send();
      await ended();
      times.push(performance.now() - begun);
    }
    times.sort((a, b) => a - b);
    say(`| ${count.toLocaleString("en")} | ${times[times.length >> 1].toFixed(1)} |`);
  }
}

/** Resident memory in MiB; Linux only. */
function memoryOf({ pid }) {
  const [, kibibytes] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  return Number(kibibytes) / 1024;
}

async function measureAll(url) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const env = {
    DATABASE_URL: url,
    NEXTAUTH_SECRET: randomBytes(32).toString("base64"),
    ENCRYPTION_KEY: randomBytes(32).toString("base64"),
    PUBLIC_URL: "http://127.0.0.1",
  };
  const web = await step("Starting the web process", () => startWeb(env));
  const worker = startWorker(env);
  const at = (times, share) => times[Math.ceil(times.length * share) - 1].toFixed(2);
  try {
    say(`\n${availableParallelism()} cores, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.versions.node}\n`);
    say("| held | requests | p50 ms | p95 ms | worker MiB |\n|---|---|---|---|---|");
    for (const count of values.held.split(",").map(Number)) {
      const world = await makeHeld(client, count);
      const times = await measure(web.port, world, Number(values.requests));
      const memory = process.platform === "linux" ? memoryOf(worker).toFixed(0) : "–";
      say(`| ${count.toLocaleString("en")} | ${times.length} | ${at(times, 0.5)} | ${at(times, 0.95)} | ${memory} |`);
    }
    if (Number(values.seconds) > 0) await measureLoads(client, web.port);
    if (values.continued) await measureContinued(client, web.port, values.continued.split(",").map(Number));
  } finally {
    await Promise.all([stop(web.child), stop(worker)]);
    await client.end();
  }
}

async function main() {
  if (values.help) return say(HELP);
  const folder = mkdtempSync(join(tmpdir(), "spoke-held-"));
  const postgres = await step("Starting PostgreSQL", () => startDatabase(folder));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  await lendDatabase({ postgres, remove }, () => measureAll(postgres.url()));
}

await main().catch((error) => {
  explain(error);
  process.exitCode = 1;
});
