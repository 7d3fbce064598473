import { say } from "../setup/progress.mjs";

const ms = (value) => value.toFixed(value < 10 ? 1 : 0);
const perSecond = (value) => Math.round(value).toLocaleString("en");

function table(head, rows) {
  say(`| ${head.join(" | ")} |`);
  say(
    `| --- | ${head
      .slice(1)
      .map(() => "---:")
      .join(" | ")} |`,
  );
  for (const row of rows) say(`| ${row.join(" | ")} |`);
}

/** Prints how long each kind of request took, as a Markdown table. */
export function printFigures({ title, figures }) {
  say(`\n### ${title}\n`);
  table(
    ["", "found", "p50 ms", "p95 ms", "worst ms"],
    figures.map(({ title: kind, found, bounded, p50, p95, worst }) => [
      kind,
      `${found}${bounded ? ", goes on" : ""}`,
      ms(p50),
      ms(p95),
      ms(worst),
    ]),
  );
}

/** Prints what the door did while rows were removed, and just before. */
export function printRemoval({ day, deleted }) {
  say("\n### Removal under load, 50 connections\n");
  const line = (name, { rate, p50, p99, worst }, beside) => [
    name,
    perSecond(rate),
    beside ? `${Math.round((100 * rate) / beside.rate)} %` : "",
    ms(p50),
    ms(p99),
    ms(worst),
  ];
  const rows = [];
  if (day)
    rows.push(
      line("before", day.before),
      line(
        `a day of ${perSecond(day.removed)} transactions dropped, ${day.seconds.toFixed(1)} s`,
        day.during,
        day.before,
      ),
    );
  if (deleted)
    rows.push(
      line("in turns with the next", deleted.before),
      line(
        `${perSecond(deleted.removed)} of ${perSecond(deleted.wanted)} transactions of accounts deleted, ${perSecond(deleted.removed / deleted.seconds)} per second`,
        deleted.during,
        deleted.before,
      ),
    );
  table(["", "accepted per second", "of before", "p50 ms", "p99 ms", "worst ms"], rows);
}

/** Prints the plan of each kind's slowest statement. */
export function printPlans({ title, plans }) {
  say(`\n### Plans: ${title}`);
  for (const { title: kind, plan } of plans) {
    if (plan) say(`\n${kind}: ${ms(plan.ms)} ms\n\n${plan.lines.map((line) => `    ${line}`).join("\n")}`);
  }
}
