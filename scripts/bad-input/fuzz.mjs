import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir, totalmem } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import pg from "pg";
import { startDatabase } from "../bench/database.mjs";
import { startWeb, stop } from "../bench/processes.mjs";
import { makeWorld } from "../bench/world.mjs";
import { buildApplication } from "../setup/build.mjs";
import { say, step } from "../setup/progress.mjs";
import { measureBodies, watchLoop } from "./body-times.mjs";
import { exchange } from "./caller.mjs";
import { runFloods } from "./floods.mjs";
import { randomInput } from "./inputs.mjs";
import { watchMemory } from "./process-memory.mjs";
import { createRandom } from "./random.mjs";
import { findProblems, isDocumented, printReport } from "./report.mjs";

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "3" },
    connections: { type: "string", default: "32" },
    seed: { type: "string", default: String(randomBytes(4).readUInt32LE()) },
    only: { type: "string", default: "floods,bodies,fuzz" },
    bodies: { type: "string", default: "." },
    "no-build": { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});

const HELP = `npm run test:bad-input -- [--minutes 3] [--connections 32] [--seed 1] [--no-build]
                          [--only floods,bodies,fuzz] [--bodies <expression>]

Sends the built web process what no caller should, on a PostgreSQL of its own in a temporary folder:
  floods  bodies over the limit, compressed bombs, 1,000 idle connections, with the memory of the process beside them
  bodies  more than two hundred bodies at the limit of the size that take a decoder longest, or those whose titles the
          expression finds, with the longest time in which the process did nothing else
  fuzz    random bytes and changed requests of every type, for so many minutes; the same seed sends the same
It ends with 1 when the process died or grew, when a body held it for more than 0.3 s, when an answer is not a documented one, or when an accepted request is
not in the database.`;

/** How long a caller waits for an answer to what may be the beginning of a request only, and to a whole one. */
const PATIENCE_MS = 400;
const PROBE_PATIENCE_MS = 10_000;

let interrupted = false;
for (const signal of ["SIGINT", "SIGTERM"]) {
  process.on(signal, () => {
    interrupted = true;
  });
}

/** Cuts bytes into pieces, as a network does. */
function cut(random, bytes) {
  const pieces = [];
  for (let at = 0; at < bytes.length; ) {
    const length = random.once(3) ? 1 + random.below(40) : bytes.length;
    pieces.push(bytes.subarray(at, at + length));
    at += length;
  }
  return pieces;
}

/** One of the callers: sends one input after the other until the time is over, and counts what it is answered. */
async function fuzz({ port, path, seed, untilMs, tally }) {
  const random = createRandom(seed);
  while (Date.now() < untilMs && !interrupted) {
    const input = randomInput(random, path);
    const answers = await exchange({ port, pieces: cut(random, input), patienceMs: PATIENCE_MS });
    tally.inputs++;
    if (answers.length === 0) tally.unanswered++;
    for (const answer of answers) tally.add(answer, input);
  }
}

/** Asks for something simple four times a second, and notes how long that takes. */
async function probe({ port, path, untilMs }) {
  const latencies = [];
  const pieces = [Buffer.from(`GET ${path} HTTP/1.1\r\nHost: spoke\r\nConnection: close\r\n\r\n`)];
  while (Date.now() < untilMs && !interrupted) {
    const beganMs = performance.now();
    const answers = await exchange({ port, pieces, patienceMs: PROBE_PATIENCE_MS });
    latencies.push(answers[0]?.status === 200 ? performance.now() - beganMs : Number.POSITIVE_INFINITY);
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  return latencies.toSorted((a, b) => a - b);
}

function createTally() {
  return {
    inputs: 0,
    unanswered: 0,
    /** Answers of the door by status and first words. */
    answers: new Map(),
    /** Answers of the pages, to requests whose URL was changed, by status. */
    pages: new Map(),
    /** Ids of receipts that were promised with an accepted request. */
    accepted: [],
    unknown: [],
    add({ status, requestId, body }, input) {
      if (requestId === undefined) {
        this.pages.set(status, (this.pages.get(status) ?? 0) + 1);
        if (status >= 500) this.unknown.push({ status, body: body.slice(0, 100), input: input.toString("base64") });
        return;
      }
      const words = body.split(":")[0] ?? "";
      const key = `${status} ${words}`.trim();
      this.answers.set(key, (this.answers.get(key) ?? 0) + 1);
      if (body === "Webhook accepted.") this.accepted.push(requestId);
      if (!isDocumented(status, words)) this.unknown.push({ status, body, input: input.toString("base64") });
    },
  };
}

async function run({ url, minutes, connections, seed, only, bodies }) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const ENCRYPTION_KEY = randomBytes(32).toString("base64");
  const { path } = (await makeWorld(client, ENCRYPTION_KEY)).asynchronous;
  const web = await step("Starting the web process", () =>
    startWeb({
      DATABASE_URL: url,
      NEXTAUTH_SECRET: randomBytes(32).toString("base64"),
      ENCRYPTION_KEY,
      PUBLIC_URL: "http://127.0.0.1",
      ...watchLoop,
    }),
  );
  try {
    const target = { port: web.port, path, pid: web.child.pid };
    const floods = only.includes("floods") ? await step("Floods", () => runFloods(target)) : [];
    const bodyTimes = only.includes("bodies")
      ? await step("Bodies that take long", () => measureBodies({ ...target, child: web.child }, bodies))
      : [];
    const memory = watchMemory(web.child.pid);
    const tally = createTally();
    const untilMs = Date.now() + (only.includes("fuzz") ? minutes * 60_000 : 0);
    const latencies = await step(`Fuzzing for ${minutes} minutes, seed ${seed}`, async () => {
      const callers = Array.from({ length: connections }, (_, at) =>
        fuzz({ ...target, seed: seed + at, untilMs, tally }),
      );
      const [probed] = await Promise.all([probe({ ...target, untilMs }), ...callers]);
      return probed;
    });
    const grown = memory.stop();
    const isAlive = web.child.exitCode === null && web.child.signalCode === null;
    const { rows } = await client.query(
      `SELECT count(*)::int AS count FROM "Receipt" JOIN "Transaction" ON "Transaction".id = "transactionId"
       WHERE "Receipt".id = ANY($1::uuid[])`,
      [tally.accepted],
    );
    return { floods, bodyTimes, tally, latencies, grown, isAlive, stored: rows[0].count };
  } finally {
    await stop(web.child);
    await client.end();
  }
}

async function main() {
  if (values.help) return say(HELP);
  const options = {
    minutes: Number(values.minutes),
    connections: Number(values.connections),
    seed: Number(values.seed),
    only: values.only.split(","),
    bodies: new RegExp(values.bodies),
  };
  if (!values["no-build"]) await step("Building the application", () => buildApplication());
  const folder = mkdtempSync(join(tmpdir(), "spoke-bad-input-"));
  const postgres = await step("Starting PostgreSQL", () => startDatabase(folder));
  try {
    const result = await run({ url: postgres.url(), ...options });
    const machine = `${availableParallelism()} cores, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.versions.node}`;
    printReport(result, { ...options, machine });
    const problems = findProblems(result);
    for (const problem of problems) say(`  WRONG: ${problem}`);
    if (problems.length > 0) process.exitCode = 1;
  } finally {
    await postgres.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

await main();
