import { say } from "../setup/progress.mjs";

function median(numbers) {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

const whole = (number) => Math.round(number).toLocaleString("en");
const time = (ms) => (ms < 10 ? ms.toFixed(1) : whole(ms));

function line(name, results) {
  const measured = results.filter((result) => result[name]);
  if (measured.length === 0) return undefined;
  const of = (pick) => median(measured.map(pick));
  const ratio = of((result) => result[name].rate / result.baseline.rate);
  return [
    name.padEnd(9),
    whole(of((result) => result[name].rate)).padStart(8),
    time(of((result) => result[name].p50)).padStart(9),
    time(of((result) => result[name].p99)).padStart(9),
    ratio.toFixed(2).padStart(9),
  ].join(" ");
}

/** Prints the medians over all rounds. */
export function printReport(results, { seconds, rounds, connections, cores }) {
  say("");
  say(`${rounds} rounds of ${seconds} s, ${connections} connections, ${cores} cores, Node ${process.versions.node}`);
  say("");
  say("          per second  p50 (ms)  p99 (ms)  of plain");
  for (const name of ["baseline", "accept", "complete", "sync"]) {
    const text = line(name, results);
    if (text) say(text.replace("baseline", "plain   ").replace(/^(\S+\s+)/, "$1  "));
  }
  say("");
  say("complete's times are from acceptance to end at 100 requests per second.");
}
