import { fork } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { endWithUs } from "../setup/process.mjs";
import { fillHistory } from "./history.mjs";
import { startLoad, stop } from "./processes.mjs";
import { orderBody } from "./world.mjs";

const CONNECTIONS = 50;
const DAY_MS = 86_400_000;
/** A partition goes when its day ended more than 31 days and an hour ago. */
const EXPIRED_DAYS = 33;
const WARM_UP_SECONDS = 3;
/** A shorter time says nothing of a rate. */
const SHORTEST_MS = 1_000;
/** Deleting and not deleting take turns, as a machine is not equally fast all the time. */
const TURN_SECONDS = 2;

async function startRemover(env) {
  const child = fork(fileURLToPath(new URL("size-remover.mjs", import.meta.url)), {
    stdio: ["ignore", "ignore", "inherit", "ipc"],
    env: { ...process.env, NODE_ENV: "production", LOG_LEVEL: "error", ...env },
  });
  endWithUs(child);
  await once(child, "message");
  return {
    child,
    async remove(act) {
      child.send(act);
      const [result] = await once(child, "message");
      return result;
    },
    stop: () => child.send("stop"),
  };
}

const secondsOf = (spans) => spans.reduce((sum, [from, to]) => sum + (to - from) / 1000, 0);

/** Rate per second and times in milliseconds of the answers that came within spans of time. */
function within(answers, ...spans) {
  const times = answers.filter(([at]) => spans.some(([from, to]) => at >= from && at < to)).map(([, ms]) => ms);
  times.sort((a, b) => a - b);
  const at = (share) => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0;
  return { rate: times.length / secondsOf(spans), p50: at(0.5), p99: at(0.99), worst: at(1) };
}

async function dropUnderLoad({ load, remover, target, loadSeconds }) {
  // What it is compared with comes right before, and takes a third of the time.
  const beforeMs = (loadSeconds / 3) * 1000;
  const seconds = beforeMs / 1000 + loadSeconds;
  const loading = load.run({ ...target, connections: CONNECTIONS, seconds, body: orderBody, keepTimes: true });
  await sleep(beforeMs);
  const { removed, beganAt, endedAt } = await remover.remove("drop");
  const { answers } = answered(await loading);
  const lastAt = Math.min(Math.max(endedAt, beganAt + SHORTEST_MS), beganAt + loadSeconds * 1000);
  return {
    removed,
    seconds: (endedAt - beganAt) / 1000,
    before: within(answers, [beganAt - beforeMs * 0.9, beganAt]),
    during: within(answers, [beganAt, lastAt]),
  };
}

function answered(result) {
  if (result.failed > 0) throw new Error(`${result.failed} of ${result.answered} requests were not answered 200.`);
  return result;
}

async function deleteUnderLoad({ load, remover, target, loadSeconds }) {
  const turns = Math.max(1, Math.round(loadSeconds / TURN_SECONDS));
  const turnMs = (loadSeconds / turns) * 1000;
  const seconds = 2 * loadSeconds + 1;
  const loading = load.run({ ...target, connections: CONNECTIONS, seconds, body: orderBody, keepTimes: true });
  const [before, during] = [[], []];
  let removed = 0;
  for (let turn = 0; turn < turns; turn++) {
    const from = Date.now();
    await sleep(turnMs);
    before.push([from, Date.now()]);
    const removing = remover.remove("delete");
    await sleep(turnMs);
    remover.stop();
    const removal = await removing;
    during.push([removal.beganAt, removal.endedAt]);
    removed += removal.removed;
  }
  const { answers } = answered(await loading);
  // In turns as short as a test's, a busy machine may not come to it.
  if (removed === 0) {
    const removal = await remover.remove("delete");
    during.push([removal.beganAt, removal.endedAt]);
    removed = removal.removed;
  }
  return {
    removed,
    seconds: secondsOf(during),
    before: within(answers, ...before),
    during: within(answers, ...during),
  };
}

/** So many accounts beside the busiest that they have at least `rows` ended transactions together, and how many those are. */
async function pickAccounts(client, world, rows) {
  const { rows: accounts } = await client.query(
    `SELECT "accountId" AS id, count(*)::int AS count FROM "Transaction" WHERE "accountId" <> $1 AND "endedAt" IS NOT NULL
     GROUP BY 1 ORDER BY 2 DESC`,
    [world.busiest.accountId],
  );
  const picked = [];
  for (let sum = 0; sum < rows && accounts.length > 0; sum += picked.at(-1).count) picked.push(accounts.shift());
  return picked;
}

/** Fills a day that is past every retention, unless there is one. */
export async function fillExpiredDay(client, { world, dayRows, bodyBytes }) {
  const lastDay = new Date(Date.now() - EXPIRED_DAYS * DAY_MS);
  const partition = `"Transaction_${lastDay.toISOString().slice(0, 10).replaceAll("-", "")}"`;
  const { rows } = await client.query("SELECT to_regclass($1) IS NOT NULL AS exists", [partition]);
  if (rows[0].exists) return;
  await fillHistory(client, { transactions: dayRows, cycles: world.cycles, days: 1, lastDay, bodyBytes });
}

/** Removes a day that is past every retention. */
async function measureDrop(run, { client, dayRows, ...filling }) {
  await fillExpiredDay(client, { dayRows, ...filling });
  const day = await dropUnderLoad(run);
  if (day.removed !== 3) throw new Error(`${day.removed} partitions were dropped instead of 3.`);
  return { ...day, removed: dayRows };
}

/** Removes the transactions of accounts that keep none. */
async function measureDelete(run, { client, world, accountRows }) {
  const accounts = await pickAccounts(client, world, accountRows);
  await client.query(`UPDATE "Account" SET "retainCompletedDays" = 0, "retainFailedDays" = 0 WHERE id = ANY ($1)`, [
    accounts.map(({ id }) => id),
  ]);
  await client.query("CHECKPOINT");
  const deleted = await deleteUnderLoad(run);
  const wanted = accounts.reduce((sum, { count }) => sum + count, 0);
  if (deleted.removed === 0 || deleted.removed > wanted)
    throw new Error(`${deleted.removed} of ${wanted} transactions were deleted.`);
  return { ...deleted, wanted };
}

/**
 * Removes what is past its retention while the door takes requests over 50 connections.
 *
 * @param {{ client: import("pg").Client, world: any, web: { port: number }, env: Record<string, string>, dayRows: number, accountRows: number, bodyBytes: number, loadSeconds: number }} sized
 *   `loadSeconds`: how long the load goes on from the drop's beginning, and how long is deleted
 * @param {{ dropping: boolean, deleting: boolean }} parts which removals
 */
export async function measureRemoval(sized, { dropping, deleting }) {
  const { web, world, env, loadSeconds } = sized;
  const load = startLoad();
  const remover = await startRemover(env);
  const target = { port: web.port, path: `/api/webhook/${world.quiet.identifier}` };
  const run = { load, remover, target, loadSeconds };
  try {
    const seconds = Math.min(WARM_UP_SECONDS, loadSeconds);
    await load.run({ ...target, connections: CONNECTIONS, seconds, body: orderBody });
    return {
      day: dropping ? await measureDrop(run, sized) : undefined,
      deleted: deleting ? await measureDelete(run, sized) : undefined,
    };
  } finally {
    await Promise.all([load.child, remover.child].map(stop));
  }
}
