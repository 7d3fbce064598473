import { median } from "../median.mjs";
import { say } from "../setup/progress.mjs";
import { LIMIT, TIMES_LIMIT } from "./neighbours.mjs";

/** What each measure shall reach, as a share of the plain server's rate. */
const SHALL = { accept: 0.5, complete: 0.27, "sync, 50": 0.15 };

/** The share of the empty tables' figures that full ones shall reach. */
const FULL_SHALL = 0.8;

const IDLE_SHALL_MIB = 350;

const whole = (number) => Math.round(number).toLocaleString("en");
const time = (ms) => (ms < 10 ? ms.toFixed(1) : whole(ms));
const columns = ([name, ...cells]) => [name.padEnd(16), ...cells.map((cell) => cell.padStart(12))].join("");
const ratioOf = (result) => result.rate / result.plain.rate;

function line(name, results) {
  const of = (pick) => median(results.map((result) => pick(result[name])));
  return columns([
    name,
    whole(of((result) => result.rate)),
    time(of((result) => result.p50)),
    time(of((result) => result.p99)),
    of(ratioOf).toFixed(2),
    SHALL[name]?.toFixed(2) ?? "",
  ]);
}

function printTable(results) {
  const plains = results.flatMap((result) => Object.values(result).map(({ plain }) => plain));
  const plain = (pick) => median(plains.map(pick));
  say(columns(["", "per second", "p50 ms", "p99 ms", "of plain", "shall"]));
  say(
    columns(["plain", whole(plain((p) => p.rate)), time(plain((p) => p.p50)), time(plain((p) => p.p99)), "1.00", ""]),
  );
  for (const name of Object.keys(results[0])) say(line(name, results));
}

function printBacklog(results) {
  if (!results[0].complete) return;
  const seconds = median(results.map(({ complete }) => complete.backlogSeconds));
  say("");
  say("The times of complete are from acceptance to end, at 100 requests per second. When its load ended,");
  say(`${seconds.toFixed(2)} seconds' worth of transactions was left; at most 1 shall be.`);
}

/** Measures that are told as a share of another one too. */
const SHARES = {
  "accept, signed": ["accept", "Accepting with a signature that is checked"],
  "accept, script": ["accept", "Accepting with an after_webhook script"],
};

function printShares(results) {
  for (const [name, [of, words]] of Object.entries(SHARES)) {
    if (!results[0][name]) continue;
    const share = median(results.map((result) => ratioOf(result[name]) / ratioOf(result[of])));
    say(`${words}: ${share.toFixed(2)} of ${of}.`);
  }
}

function printNeighbours({ alone, beside, elsewhere, accepted, refused }) {
  say("");
  say(
    `An account without a limit, while another sends ${TIMES_LIMIT} times its limit of ${LIMIT} requests per second:`,
  );
  say(columns(["", "p50 ms", "p99 ms"]));
  say(columns(["alone", time(alone.p50), time(alone.p99)]));
  say(columns(["beside it", time(beside.p50), time(beside.p99)]));
  say(columns(["it elsewhere", time(elsewhere.p50), time(elsewhere.p99)]));
  say(`Of the other's requests ${whole(accepted)} per second were accepted, and ${whole(refused)} answered 429.`);
}

function printSlowScripts({ alone, beside, elsewhere, failed }) {
  say("");
  say("An account's webhook with an after_webhook script, while another account's scripts never end:");
  say(columns(["", "p50 ms", "p99 ms"]));
  say(columns(["alone", time(alone.p50), time(alone.p99)]));
  say(columns(["beside them", time(beside.p50), time(beside.p99)]));
  say(columns(["a busy core", time(elsewhere.p50), time(elsewhere.p99)]));
  say(`Of the other's requests ${failed.toFixed(1)} per second were answered 500 or 503.`);
}

function printMemory({ seconds, rate, idle, early, late, most }) {
  say("");
  say(`Memory of web process and worker together: ${whole(idle)} MiB idle (shall be under ${IDLE_SHALL_MIB}).`);
  say(
    `Over ${seconds} s at ${whole(rate)} transactions per second: ${whole(early)} MiB early, ${whole(late)} MiB at the end,`,
  );
  say(`${whole(most)} MiB at most.`);
}

function printFull(empty, full, { history, backlog }) {
  say("");
  say(`With ${whole(history)} transactions in the tables and ${whole(backlog)} jobs queued for a stopped cycle:`);
  say("");
  printTable(full);
  say("");
  for (const name of Object.keys(full[0])) {
    const share =
      median(full.map((result) => ratioOf(result[name]))) / median(empty.map((result) => ratioOf(result[name])));
    say(`${name}: ${share.toFixed(2)} of what it is with empty tables (shall be ${FULL_SHALL.toFixed(1)} or more)`);
  }
}

/** Prints the medians over all rounds. */
export function printReport(
  { empty, neighbours, slowScripts, memory, full },
  { seconds, rounds, connections, cores, ...sizes },
) {
  const today = new Date().toISOString().slice(0, 10);
  say("");
  say(
    `${today}: ${rounds} rounds of ${seconds} s, ${connections} connections, ${cores} cores, Node ${process.versions.node}`,
  );
  say("");
  if (empty.length > 0 && Object.keys(empty[0]).length > 0) {
    printTable(empty);
    printShares(empty);
    printBacklog(empty);
  }
  if (neighbours) printNeighbours(neighbours);
  if (slowScripts) printSlowScripts(slowScripts);
  if (memory) printMemory(memory);
  if (full) printFull(empty, full, sizes);
}
