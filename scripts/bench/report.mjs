import { say } from "../setup/progress.mjs";

function median(numbers) {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

const whole = (number) => Math.round(number).toLocaleString("en");
const time = (ms) => (ms < 10 ? ms.toFixed(1) : whole(ms));

const MEASURES = { baseline: "plain", accept: "accept", complete: "complete", sync: "sync" };
const columns = ([name, ...numbers]) => [name.padEnd(10), ...numbers.map((number) => number.padStart(12))].join("");

function line(measure, results) {
  const of = (pick) => median(results.map(pick));
  return columns([
    MEASURES[measure],
    whole(of((result) => result[measure].rate)),
    time(of((result) => result[measure].p50)),
    time(of((result) => result[measure].p99)),
    of((result) => result[measure].rate / result.baseline.rate).toFixed(2),
  ]);
}

/** Prints the medians over all rounds. */
export function printReport(results, { seconds, rounds, connections, cores }) {
  say("");
  say(`${rounds} rounds of ${seconds} s, ${connections} connections, ${cores} cores, Node ${process.versions.node}`);
  say("");
  say(columns(["", "per second", "p50 ms", "p99 ms", "of plain"]));
  for (const measure of Object.keys(MEASURES)) if (results[0]?.[measure]) say(line(measure, results));
  say("");
  say("The times of complete are from acceptance to end, at 100 requests per second.");
}
