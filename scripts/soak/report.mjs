import { machine, table } from "../faults/harness/table.mjs";
import { median } from "../median.mjs";
import { say } from "../setup/progress.mjs";
import { halvesOf } from "./memory.mjs";

const megabytes = (bytes) => Math.round(bytes / 1024 ** 2);
const MINUTE_MS = 60_000;

/** What is wrong after a soak, in words. */
export function problemsOf({ ledger, samples, happened }, wrong) {
  const problems = wrong.filter((name) => ledger[name] !== 0).map((name) => `${name}: ${ledger[name]}`);
  if (ledger.mostCalls > happened.length + 1) problems.push(`an outside call was made ${ledger.mostCalls} times`);
  for (const { name, medians, grown } of halvesOf(samples))
    if (grown)
      problems.push(`the memory of ${name} has grown from ${Math.round(medians[0])} to ${Math.round(medians[1])} MB`);
  return problems;
}

function printCounts({ ledger, happened, drainS }) {
  const counts = ["sent", "accepted", "refused", "unanswered", "stored", "completed", "lost", "doubled", "twice"];
  say(
    table(
      [...counts, "faults", "calls", "repeated", "most per key", "left over", "drained in s"],
      [
        [
          ...counts
            .map((name) => ledger[name])
            .map((count, index) => (index === 0 ? count.toLocaleString("en") : count)),
          happened.length,
          ledger.calls,
          ledger.repeated,
          ledger.mostCalls,
          ledger.jobs + ledger.grants + ledger.workers,
          drainS.toFixed(1),
        ],
      ],
    ),
  );
}

function printMemory({ samples, happened }) {
  const names = Object.keys(samples[0].bytes);
  const minutes = Math.ceil(samples.at(-1).atMs / MINUTE_MS);
  const rows = Array.from({ length: minutes }, (_, minute) => {
    const within = samples.filter(({ atMs }) => Math.floor(atMs / MINUTE_MS) === minute);
    const during = happened.filter(({ from, to }) => from < minute + 1 && to >= minute).map(({ name }) => name);
    return [
      String(minute),
      ...names.map((name) => megabytes(median(within.map(({ bytes }) => bytes[name])))),
      during.join(", "),
    ];
  });
  say(table(["minute", ...names.map((name) => `${name} MB`), "fault"], rows));
  say("");
  const halves = halvesOf(samples).map(({ name, medians }) => [name, ...medians.map(Math.round)]);
  say(table(["median MB", "first half", "second"], halves));
}

function printDisk({ growth, disk, ledger }) {
  const transactions = ledger.completed + ledger.stored;
  const each = (bytes, rows) => Math.round(bytes / Math.max(rows, 1));
  const rows = growth.map((entry) => [
    entry.name,
    entry.rows,
    each(entry.rowBytes, entry.rows),
    each(entry.tableBytes, entry.rows),
    each(entry.expectedIndexBytes, entry.rows),
    each(entry.indexBytes, entry.rows),
    megabytes(entry.tableBytes + entry.indexBytes),
  ]);
  const names = ["bytes per row", "rows", "rows expected", "table", "indexes expected", "indexes", "MB in all"];
  say(table(names, rows));
  say("");
  const { before, after } = disk;
  const grown = (name) => {
    const [from, to] = [before, after].map(({ tables }) => tables.get(name));
    return megabytes(to.tableBytes + to.indexBytes - (from?.tableBytes ?? 0) - (from?.indexBytes ?? 0));
  };
  const others = [...after.tables.keys()].filter(
    (name) => !growth.some((entry) => entry.name === name) && grown(name) > 0,
  );
  say(`Other tables that have grown: ${others.map((name) => `${name} ${grown(name)} MB`).join(", ") || "none"}.`);
  const written = after.wal.written - before.wal.written;
  say(
    `Write-ahead log: ${megabytes(written)} MB written, ${each(written, transactions)} bytes per transaction; ` +
      `${megabytes(after.wal.kept)} MB kept, where max_wal_size is ${megabytes(after.wal.most)} MB.`,
  );
}

/** Prints counts, memory and disk, with the date and the machine. */
export function printReport(result) {
  say("");
  say(`${new Date().toISOString().slice(0, 10)}, ${machine()}`);
  say(`${result.minutes} minutes, ${result.perSecond} requests per second`);
  say("");
  printCounts(result);
  say("");
  printMemory(result);
  say("");
  printDisk(result);
  say("");
}
