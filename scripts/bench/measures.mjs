import { setTimeout as sleep } from "node:timers/promises";
import { stop } from "./processes.mjs";
import { orderBody, signedHeaders } from "./world.mjs";

/** Longest time for the plain server, whose rate is steady. */
const PLAIN_SECONDS = 10;

/** Requests per second while the time from a request to its transaction's end is measured: far below what saturates. */
const CALM_PER_SECOND = 100;
const CALM_SECONDS = 10;

const DRAIN_MS = 300_000;
const START_MS = 180_000;

/** What PostgreSQL says when it broke off one of two statements that waited for each other. */
const DEADLOCK = "40P01";

/** Empties the tables, which processes still look into: again when that met a statement of theirs. */
async function empty(client) {
  try {
    await client.query(`TRUNCATE "Receipt", "ReceiptAnswer", "Transaction", "Job", "Checkpoint", "ReceiptCount"`);
  } catch (error) {
    if (error.code !== DEADLOCK) throw error;
    await empty(client);
  }
}

/** Starts each measurement from the same state: nothing queued by the one before, statistics and disk as after an idle hour. */
async function tidy({ client, world, history }) {
  if (history) await client.query(`DELETE FROM "Job" WHERE "cycleId" = ANY ($1)`, [world.cycleIds]);
  else await empty(client);
  await client.query("TRUNCATE baseline");
  await client.query(history ? `VACUUM ANALYZE "Job"` : "VACUUM ANALYZE");
  await client.query("CHECKPOINT");
}

async function loadOn(run, target, { seconds = run.seconds, ...more } = {}) {
  const result = await run.load({ body: orderBody, connections: run.connections, seconds, ...target, ...more });
  if (result.failed > 0) throw new Error(`${result.failed} of ${result.answered} requests were not answered 200.`);
  return { rate: result.answered / result.seconds, ...result };
}

async function measure(run, target, more) {
  await loadOn(run, target, { ...more, seconds: run.warmUpSeconds });
  await tidy(run);
  return loadOn(run, target, more);
}

/** The plain server: requests stored per second. */
const measurePlain = (run) =>
  measure(run, { port: run.plain.port, path: "/" }, { seconds: Math.min(run.seconds, PLAIN_SECONDS) });

/** The database's time, to count from. */
async function now({ client }) {
  const { rows } = await client.query("SELECT date_trunc('milliseconds', now())::text AS now"); // as rows have it
  return rows[0].now;
}

/** The door: requests accepted per second, while no worker runs. */
async function measureAccept(run, { path, cycleId }, more) {
  const since = await now(run);
  const result = await measure(run, { port: run.web.port, path, ...more });
  const { rows } = await run.client.query(
    `SELECT (SELECT count(*) FROM "Transaction" WHERE "acceptedAt" >= $1)::int AS transactions,
       (SELECT count(*) FROM "Receipt" WHERE "receivedAt" >= $1)::int AS receipts,
       (SELECT count(*) FROM "Job" WHERE "cycleId" = $2)::int AS jobs`,
    [since, cycleId],
  );
  for (const [table, count] of Object.entries(rows[0])) {
    if (count < result.answered)
      throw new Error(`${result.answered} requests were answered, but ${count} ${table} are stored.`);
  }
  await tidy(run);
  return result;
}

async function countJobs({ client, world }) {
  const { rows } = await client.query(`SELECT count(*)::int AS n FROM "Job" WHERE "cycleId" = ANY ($1)`, [
    world.cycleIds,
  ]);
  return rows[0].n;
}

async function untilDone(run) {
  const deadline = performance.now() + DRAIN_MS;
  while (performance.now() < deadline) {
    if ((await countJobs(run)) === 0) return;
    await sleep(20);
  }
  throw new Error("The worker did not finish what was accepted.");
}

/** Requests that wait for an answer are not to wait for the worker's start. */
async function untilWorking({ client }, { pid }) {
  const deadline = performance.now() + START_MS;
  while (performance.now() < deadline) {
    const { rows } = await client.query(`SELECT FROM "Worker" WHERE pid = $1 AND "aliveUntil" > now()`, [pid]);
    if (rows.length > 0) return;
    await sleep(20);
  }
  throw new Error("The worker did not start.");
}

async function withWorker(run, work) {
  const worker = run.startWorker();
  try {
    await untilWorking(run, worker);
    return await work(worker);
  } finally {
    await stop(worker);
  }
}

const COMPLETED = `FROM "Transaction" WHERE "cycleId" = $1 AND state = 'COMPLETED' AND "acceptedAt" >= $2`;

/**
 * The whole: transactions completed per second from the first request to the last end, how many were left when the load
 * ended, and how long one takes in calm.
 */
function measureComplete(run) {
  const { cycleId, path } = run.world.asynchronous;
  const target = { port: run.web.port, path };
  return withWorker(run, async () => {
    await loadOn(run, target, { seconds: run.warmUpSeconds });
    await untilDone(run);
    await tidy(run);
    const calmSince = await now(run);
    const seconds = Math.min(run.seconds, CALM_SECONDS);
    await loadOn(run, target, { perSecond: CALM_PER_SECOND, seconds });
    await untilDone(run);
    const calm = await run.client.query(
      `SELECT percentile_cont(ARRAY[0.5, 0.99]) WITHIN GROUP (ORDER BY extract(epoch FROM "endedAt" - "acceptedAt") * 1000)
         AS times ${COMPLETED}`,
      [cycleId, calmSince],
    );
    await tidy(run);
    const since = await now(run);
    const begin = performance.now();
    const accepted = await loadOn(run, target);
    const backlog = await countJobs(run);
    await untilDone(run);
    const took = (performance.now() - begin) / 1000;
    const { rows } = await run.client.query(`SELECT count(*)::int AS n ${COMPLETED}`, [cycleId, since]);
    if (rows[0].n < accepted.answered) throw new Error(`Only ${rows[0].n} of ${accepted.answered} were completed.`);
    await tidy(run);
    const [p50, p99] = calm.rows[0].times;
    const rate = rows[0].n / took;
    return { rate, p50, p99, backlogSeconds: backlog / rate };
  });
}

/** Synchronous requests answered per second, by a worker that has nothing else to do. */
function measureSync(run, connections) {
  const target = { port: run.web.port, path: run.world.synchronous.path };
  return withWorker(run, async () => {
    const result = await measure(run, target, { connections });
    await untilDone(run);
    await tidy(run);
    return result;
  });
}

/** What is measured, each against the plain server run right before it. */
export const measures = {
  accept: { of: "accept", measure: (run) => measureAccept(run, run.world.asynchronous) },
  "accept, signed": {
    of: "accept",
    measure: (run) => measureAccept(run, run.world.signed, { headers: signedHeaders }),
  },
  "accept, script": { of: "accept", measure: (run) => measureAccept(run, run.world.scripted) },
  complete: { of: "complete", measure: measureComplete },
  "sync, 50": { of: "sync", measure: (run) => measureSync(run, 50) },
  "sync, 10": { of: "sync", measure: (run) => measureSync(run, 10) },
  "sync, 1": { of: "sync", measure: (run) => measureSync(run, 1) },
};

/** Measures everything that is asked for once. @returns {Promise<Record<string, object>>} by the names of `measures` */
export async function measureRound(run, only) {
  const results = {};
  let plain;
  let plainOf;
  for (const [name, { of, measure }] of Object.entries(measures)) {
    if (!only.includes(of)) continue;
    if (plainOf !== of) plain = await measurePlain(run);
    plainOf = of;
    results[name] = { ...(await measure(run)), plain };
  }
  return results;
}

/** Loads the whole product for a while; `sample` is called each second. Gives its rate. */
export function loadWhole(run, seconds, sample) {
  const target = { port: run.web.port, path: run.world.asynchronous.path };
  return withWorker(run, async (worker) => {
    await sleep(SETTLE_MS);
    const idle = sample(worker);
    const samples = [];
    const timer = setInterval(() => samples.push(sample(worker)), 1_000);
    try {
      const { rate } = await loadOn(run, target, { seconds });
      return { idle, samples, rate };
    } finally {
      clearInterval(timer);
      await untilDone(run);
      await tidy(run);
    }
  });
}

/** What a process gets to become idle after its start. */
const SETTLE_MS = 5_000;
