import { fork } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { WRONG } from "../faults/harness/ledger.mjs";
import { machine, table } from "../faults/harness/table.mjs";
import { buildApplication } from "../setup/build.mjs";
import { takeLock } from "../setup/lock.mjs";
import { explain, SetupError, say, step } from "../setup/progress.mjs";
import { FAULTS } from "./faults.mjs";
import { makeNetwork, networkProblem, removeNetwork, within } from "./network.mjs";
import { runOneMachine } from "./one-machine.mjs";

/** What the folders with the machines' data are called. */
const FOLDER = "spoke-hosts-";

const ONE_MACHINE = "one-machine";
const NAMES = [ONE_MACHINE, ...Object.keys(FAULTS)];

/** Less than this, and a worker keeps its lease: it then tells truly that an application could not be reached. */
const LEAST_CUT_SECONDS = 60;

const HELP = `npm run test:hosts -- [--only ${NAMES.join(",")}] [--cut-seconds 120] [--rate 100] [--rounds 5] [--seconds 6] [--connections 50]
  [--no-build]

Two web processes and three workers on one database, with a load, and a ledger of what became of every request.
  one-machine      on this machine: nothing doubled, the order kept where the limit is 1, as fast as one and one
  worker           on several hosts: a worker's network is cut for --cut-seconds and given back
  worker-database  the same, but it still reaches the applications that its transactions call
  web-short        a web process is cut from the database for 8 s, while a cycle is stopped
  web              the same for 60 s
  flaky            every cable is pulled for moments, again and again
  replica          the only synchronous replica is cut off for 60 s: nothing may be accepted without it
  failover         the primary PostgreSQL dies with its machine; its synchronous replica takes over
The hosts are network namespaces of this machine, made by the script and removed in the end; they need Linux, root and ip.
--rate is how many requests per second the hosts get; --rounds, --seconds and --connections are those of the comparison on one machine.`;

/** @param {string[]} args @throws SetupError when they make no sense */
function readOptions(args) {
  const { values } = parseArgs({
    args,
    options: {
      only: { type: "string", default: NAMES.join(",") },
      "cut-seconds": { type: "string", default: "120" },
      rate: { type: "string", default: "100" },
      rounds: { type: "string", default: "5" },
      seconds: { type: "string", default: "6" },
      connections: { type: "string", default: "50" },
      "no-build": { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  const only = values.only.split(",");
  const unknown = only.find((name) => !NAMES.includes(name));
  if (unknown) throw new SetupError(`There is no ${unknown}. There are: ${NAMES.join(", ")}.`);
  const cutSeconds = Number(values["cut-seconds"]);
  if (!(cutSeconds >= LEAST_CUT_SECONDS))
    throw new SetupError(`--cut-seconds must be ${LEAST_CUT_SECONDS} or more: a shorter cut is no lost worker.`);
  const [perSecond, rounds, seconds, connections] = [
    values.rate,
    values.rounds,
    values.seconds,
    values.connections,
  ].map(Number);
  return { only, cutSeconds, perSecond, rounds, seconds, connections, build: !values["no-build"], help: values.help };
}

/** Removes the machines and all their data, also what a killed run left behind. */
async function removeHosts() {
  await removeNetwork();
  for (const name of readdirSync(tmpdir())) {
    if (name.startsWith(FOLDER)) rmSync(join(tmpdir(), name), { recursive: true, force: true, maxRetries: 20 });
  }
}

/** Runs the faults on the machine "client" of a network of our own. @param {(result: any) => void} onResult */
async function runSeveralHosts({ only, cutSeconds, perSecond }, onResult) {
  const folder = await step("Making the network", async () => {
    await removeHosts();
    await makeNetwork();
    return mkdtempSync(join(tmpdir(), FOLDER));
  });
  chmodSync(folder, 0o711); // PostgreSQL runs as another user, who has to pass
  const [execPath, ...execArgv] = [...within("client"), process.execPath];
  const child = fork(fileURLToPath(new URL("several-hosts.mjs", import.meta.url)), [], {
    execPath,
    execArgv,
    env: { ...process.env, TMPDIR: folder },
  });
  child.on("message", (message) => {
    if ("begins" in message) say(`  ${FAULTS[message.begins].title} ...`);
    else onResult(message);
  });
  child.send({ only, cutSeconds, perSecond });
  const [code, signal] = await once(child, "exit");
  if (code !== 0) throw new Error(`The run on several hosts ended early (${signal ?? `exit code ${code}`}).`);
}

const leaks = ({ jobs, grants, workers }) => jobs + grants + workers;
const wrongIn = (ledger) => WRONG.filter((name) => ledger[name] > 0).map((name) => `${name}: ${ledger[name]}`);

const COLUMNS = [
  "what happened",
  "accepted",
  "completed",
  "lost",
  "doubled",
  "steps twice",
  "calls repeated",
  "503",
  "no answer",
  "leaks",
  "serving again",
];

const rowOf = (title, ledger, again) => [
  title,
  ledger.accepted,
  ledger.completed,
  ledger.lost,
  ledger.doubled,
  ledger.twice,
  ledger.repeated,
  ledger.refused,
  ledger.unanswered,
  leaks(ledger),
  again,
];

/** Everything that was seen, as it goes into docs/reliability.md. */
class Report {
  rows = [];
  /** How many of the rows are of what did not run. */
  skipped = 0;
  notes = [];
  wrong = [];

  addOneMachine({ rates, all, order, wrong }) {
    this.rows.push(rowOf("one machine, all kinds of cycles", all, "-"));
    this.rows.push(rowOf("one machine, a cycle with limit 1", order.ledger, "-"));
    const perSecond = (rate) => Math.round(rate).toLocaleString("en");
    this.notes.push(
      `One machine: 2 web processes and 3 workers complete ${perSecond(rates.many)} transactions per second, 1 and 1 ` +
        `${perSecond(rates.few)}; the median ratio is ${rates.ratio.toFixed(2)} ` +
        `(${rates.rounds.map((ratio) => ratio.toFixed(2)).join(", ")}).`,
      `With limit 1, ${order.ledger.completed.toLocaleString("en")} transactions from both web processes ran over three ` +
        `workers: ${order.overtaken} out of order, at most ${order.mostAtOnce} at once.`,
    );
    this.wrong.push(...[...wrongIn(all), ...wrongIn(order.ledger), ...wrong].map((text) => `one machine: ${text}`));
  }

  addFault({ name, again, notes, wrong, ledger }) {
    const { title } = FAULTS[name];
    this.rows.push(rowOf(title, ledger, `${again} s`));
    this.notes.push(...notes.map((note) => `${title}: ${note}`));
    const more = ledger.mostCalls > 2 ? [`an outside call was made ${ledger.mostCalls} times`] : [];
    this.wrong.push(...[...wrongIn(ledger), ...more, ...wrong].map((text) => `${title}: ${text}`));
  }

  /** @param {string[]} names of faults @param {string} problem */
  skip(names, problem) {
    for (const name of names) this.rows.push([FAULTS[name].title, "skipped", ...COLUMNS.slice(2).map(() => "-")]);
    this.notes.push(`What needs several hosts was skipped. ${problem}`);
    this.skipped = names.length;
  }

  print(command) {
    say(`\n${new Date().toISOString().slice(0, 10)}, ${machine()}, \`${command}\`\n`);
    if (this.rows.length > 0) say(table(COLUMNS, this.rows));
    say(["", ...this.notes.map((note) => `- ${note}`)].join("\n"));
    const good = this.rows.length > this.skipped ? "All that ran is as it shall be." : "Nothing was tested.";
    say(this.wrong.length === 0 ? `\n${good}` : ["\nWrong:", ...this.wrong].join("\n- "));
  }
}

async function run(options, report) {
  if (options.build) await step("Building the application", () => buildApplication());
  if (options.only.includes(ONE_MACHINE)) report.addOneMachine(await runOneMachine(options));
  const only = options.only.filter((name) => name !== ONE_MACHINE);
  if (only.length === 0) return;
  const problem = networkProblem();
  if (problem) report.skip(only, problem);
  else await runSeveralHosts({ ...options, only }, (result) => report.addFault(result));
}

async function main(args) {
  const options = readOptions(args);
  if (options.help) return say(HELP);
  const isNetworkNeeded = options.only.some((name) => name !== ONE_MACHINE) && !networkProblem();
  const lock = isNetworkNeeded ? takeLock(join(tmpdir(), "spoke-hosts.lock")) : undefined;
  if (lock && "heldBy" in lock) throw new SetupError(`This test runs already, as process ${lock.heldBy}.`);
  /** @type {Promise<void> | undefined} */
  let tidied;
  const tidy = () => {
    tidied ??= (isNetworkNeeded ? removeHosts() : Promise.resolve()).finally(() => lock?.release());
    return tidied;
  };
  for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"]))
    process.once(signal, () => {
      say("\n  Removing what was made ...");
      void tidy().finally(() => process.exit(1));
    });
  const report = new Report();
  try {
    await run(options, report);
  } finally {
    await tidy();
    report.print(["npm run test:hosts", ...(args.length > 0 ? ["--", ...args] : [])].join(" "));
  }
  process.exitCode = report.wrong.length > 0 ? 1 : 0;
}

await main(process.argv.slice(2)).catch((error) => {
  explain(error);
  process.exitCode = 1;
});
