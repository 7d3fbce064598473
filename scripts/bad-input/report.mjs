import { say } from "../setup/progress.mjs";

/** The first words of every documented answer of the door, by status. */
const DOCUMENTED = new Map([
  [200, ["Webhook accepted.", "Webhook found.", ""]],
  [400, ["Webhook body could not be read", "The request could not be read", ""]],
  [404, ["Webhook not found.", ""]],
  [405, ["Method not allowed. Send a POST request.", ""]],
  [408, ["The request took too long to arrive."]],
  [413, ["Webhook payload is too large. The limit is 10485760 bytes.", ""]],
  [431, ["The request's headers are too large. The limits are 32768 bytes and 1000 headers."]],
]);

/** Whether the door may give this answer. Answers to HEAD have no words. */
export const isDocumented = (status, words) => DOCUMENTED.get(status)?.includes(words) ?? false;

/** How much the process may grow while it is fuzzed: what a garbage collector leaves now and then. */
const GROWTH_MIB = 60;

/** No request's body may keep the process from everything else for longer. */
const LONGEST_HOLD_MS = 300;
/** Bodies that are listed of each kind: those that took longest. */
const LISTED = 5;

const mib = (value) => `${Math.round(value)} MiB`;

/** What is wrong with a run, in sentences. */
export function findProblems({ floods, bodyTimes, tally, latencies, grown, isAlive, stored }) {
  const problems = [];
  if (!isAlive) problems.push("the web process ended");
  if (grown.late - grown.early > GROWTH_MIB) problems.push(`it grew from ${mib(grown.early)} to ${mib(grown.late)}`);
  if (stored !== tally.accepted.length) problems.push(`${tally.accepted.length} were accepted, ${stored} are stored`);
  if (!Number.isFinite(latencies.at(-1) ?? 0)) problems.push("a simple request was not answered 200");
  for (const { title, answers } of floods) if (answers.includes("none")) problems.push(`${title}: without an answer`);
  for (const { kind, title, heldMs } of bodyTimes) {
    if (heldMs > LONGEST_HOLD_MS) problems.push(`${kind}, ${title}: it held the process for ${Math.round(heldMs)} ms`);
  }
  for (const { status, body, input } of tally.unknown.slice(0, 20)) {
    problems.push(`${status} ${JSON.stringify(body)} is no documented answer; it was given to ${input}`);
  }
  return problems;
}

function printBodies(bodyTimes) {
  say(`\n${bodyTimes.length} bodies at the limit of the size; of each kind those that held the process longest\n`);
  say("| kind | body | ms | answer |\n|---|---|---:|---|");
  for (const kind of new Set(bodyTimes.map((time) => time.kind))) {
    const longest = bodyTimes.filter((time) => time.kind === kind).toSorted((a, b) => b.heldMs - a.heldMs);
    for (const { title, heldMs, answer } of longest.slice(0, LISTED))
      say(`| ${kind} | ${title} | ${Math.round(heldMs)} | ${answer.replaceAll("\n", " ")} |`);
  }
}

/** Prints the figures as the tables of the documentation. */
export function printReport(result, { minutes, connections, seed, only, machine }) {
  const { floods, bodyTimes } = result;
  say(`\n${new Date().toISOString().slice(0, 10)}, ${machine}\n`);
  if (floods.length > 0) printFloods(floods);
  if (bodyTimes.length > 0) printBodies(bodyTimes);
  if (only.includes("fuzz")) printFuzz(result, { minutes, connections, seed });
}

function printFloods(floods) {
  say("| flood | connections | sent | answers | memory before | highest | after |\n|---|---|---|---|---|---|---|");
  for (const { title, connections: count, sentMib, answers, before, peak, after } of floods) {
    say(`| ${title} | ${count} | ${mib(sentMib)} | ${answers} | ${mib(before)} | ${mib(peak)} | ${mib(after)} |`);
  }
}

function printFuzz({ tally, latencies, grown }, { minutes, connections, seed }) {
  say(`\nseed ${seed}, ${minutes} minutes, ${connections} callers\n`);
  const inputs = tally.inputs.toLocaleString("en");
  say(`| fuzz | |\n|---|---|\n| inputs | ${inputs}, of which ${tally.unanswered} without an answer |`);
  for (const [answer, count] of [...tally.answers].toSorted(([a], [b]) => a.localeCompare(b))) {
    say(`| ${answer} | ${count.toLocaleString("en")} |`);
  }
  const pages = [...tally.pages].toSorted(([a], [b]) => a - b).map(([status, count]) => `${count} × ${status}`);
  say(`| pages, where the URL was changed | ${pages.join(", ")} |`);
  const at = (share) => `${Math.round(latencies[Math.floor((latencies.length - 1) * share)] ?? 0)} ms`;
  say(`| a simple GET beside it | p50 ${at(0.5)}, p99 ${at(0.99)}, longest ${at(1)} |`);
  say(`| memory | ${mib(grown.early)} after a fifth, ${mib(grown.late)} at the end, ${mib(grown.peak)} at most |\n`);
}
