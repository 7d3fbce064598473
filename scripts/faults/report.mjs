import { say } from "../setup/progress.mjs";
import { machine, table } from "./harness/table.mjs";

const seconds = (value) => (value === null || value === undefined ? "" : Math.max(value, 0).toFixed(1));

/** What the ledgers of one fault come to, over all rounds: counts are added, the rest is the worst. */
function sum(ledgers) {
  const total = (name) => ledgers.reduce((count, ledger) => count + ledger[name], 0);
  const worst = (name) => Math.max(...ledgers.map((ledger) => ledger[name] ?? 0));
  return [
    total("sent"),
    total("accepted"),
    total("refused") + total("unanswered"),
    total("stored"),
    total("completed"),
    total("lost"),
    total("doubled"),
    total("twice"),
    total("calls"),
    total("repeated"),
    worst("mostCalls"),
    total("jobs") + total("grants") + total("workers"),
    seconds(worst("servingS")),
    seconds(worst("lastS")),
  ];
}

const COLUMNS = [
  "fault",
  "sent",
  "accepted",
  "no or 503",
  "of these stored",
  "completed",
  "lost",
  "doubled",
  "steps twice",
  "calls",
  "repeated",
  "most per key",
  "left over",
  "serving after s",
  "last ended after s",
];

/** Prints one line per fault, with the date, the machine and how it was asked for. */
export function printReport(results, { rounds, perSecond }) {
  const names = [...new Set(results.map(({ name }) => name))];
  const rows = names.map((name) => {
    const ledgers = results.filter((result) => result.name === name).flatMap(({ ledger }) => ledger ?? []);
    return [name, ...(ledgers.length > 0 ? sum(ledgers) : COLUMNS.slice(1).map(() => ""))];
  });
  say("");
  say(`${new Date().toISOString().slice(0, 10)}, ${machine()}`);
  say(`${rounds} of each, ${perSecond} requests per second`);
  say("");
  say(table(COLUMNS, rows));
  say("");
}
