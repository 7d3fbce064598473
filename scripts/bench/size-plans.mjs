import { readFileSync, statSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

/** Settings of a PostgreSQL that can write down how it runs statements. */
export const PLAN_SETTINGS = {
  session_preload_libraries: "auto_explain",
  "auto_explain.log_analyze": "on",
  "auto_explain.log_buffers": "on",
};

const BEGIN = /LOG: {2}duration: ([\d.]+) ms {2}plan:$/;
/** Sessions hear of a changed setting between two statements. */
const HEARD_MS = 100;

async function setLogging(client, durationMs) {
  await client.query(`ALTER SYSTEM SET auto_explain.log_min_duration = ${durationMs}`);
  await client.query("SELECT pg_reload_conf()");
  await sleep(HEARD_MS);
}

function parse(log) {
  const plans = [];
  for (const line of log.split("\n")) {
    const begin = BEGIN.exec(line);
    if (begin) plans.push({ ms: Number(begin[1]), lines: [] });
    else if (line.startsWith("\t")) plans.at(-1)?.lines.push(line.slice(1));
  }
  return plans;
}

/** A partition that gave nothing, or was not read at all. */
const isEmptyPartition = (line) => /_\d{8}"/.test(line) && line.includes(" rows=0.00 ");
const PIECES = /ARRAY\[substr\(lower\(identifier\).*?\]/g;

/** Nodes that gave rows, with their conditions, and buffers of the whole, without what was estimated. */
function shorten(lines) {
  const first = lines.findIndex((line) => /\(cost=/.test(line));
  const kept = [];
  let isSkipping = false;
  for (const line of lines.slice(first)) {
    const isNode = /\(cost=/.test(line);
    if (isNode) isSkipping = line.includes("(never executed)") || isEmptyPartition(line);
    if (isSkipping || !(isNode || /(Cond|Filter|Removed by Filter|Buffers):|Heap Fetches/.test(line))) continue;
    if (/Buffers:/.test(line) && kept.some((other) => /Buffers:/.test(other))) continue;
    kept.push(
      line
        .replace(/ {2}\(cost=[^)]*\)/, "")
        .replace(/actual time=\S+ /, "")
        .replace(PIECES, "identifier_pieces(identifier)")
        .trimEnd(),
    );
  }
  return kept;
}

/**
 * Does `work` and gives the plan of the statement in it that took longest, as PostgreSQL ran it.
 *
 * @returns {Promise<{ ms: number, lines: string[] } | undefined>}
 */
export async function slowestPlan({ client, logFile }, work) {
  await client.query("SET auto_explain.log_min_duration = -1");
  await setLogging(client, 0);
  const from = statSync(logFile).size;
  try {
    await work();
    await sleep(HEARD_MS);
  } finally {
    await setLogging(client, -1);
  }
  const plans = parse(readFileSync(logFile).subarray(from).toString());
  const [slowest] = plans.sort((a, b) => b.ms - a.ms);
  return slowest && { ms: slowest.ms, lines: shorten(slowest.lines) };
}
