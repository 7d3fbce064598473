import { setTimeout as sleep } from "node:timers/promises";
import { stop } from "./processes.mjs";
import { orderBody } from "./world.mjs";

const WARM_UP_SECONDS = 1;

/** Requests per second while the time from a request to its transaction's end is measured: far below what saturates. */
const CALM_PER_SECOND = 100;

const DRAIN_MS = 300_000;

/** Starts each measurement from the same state: nothing queued, tables as after an idle hour. */
async function tidy({ client }) {
  await client.query(`TRUNCATE "Receipt", "Transaction", "Job", "Checkpoint", "ReceiptCount"`);
  await client.query("TRUNCATE baseline");
  await client.query("VACUUM ANALYZE");
  await client.query("CHECKPOINT");
}

async function loadOn(run, target, { seconds = run.seconds, ...more } = {}) {
  const result = await run.load({ body: orderBody, connections: run.connections, seconds, ...target, ...more });
  if (result.failed > 0) throw new Error(`${result.failed} of ${result.answered} requests were not answered 200.`);
  return { rate: result.answered / result.seconds, ...result };
}

async function measure(run, target) {
  await loadOn(run, target, { seconds: WARM_UP_SECONDS });
  await tidy(run);
  return loadOn(run, target);
}

/** The plain server: requests stored per second. */
export const measureBaseline = (run) => measure(run, { port: run.plain.port, path: "/" });

/** The door: requests accepted per second, while no worker runs. */
export async function measureAccept(run) {
  const target = { port: run.web.port, path: run.world.asynchronous.path };
  const result = await measure(run, target);
  const { rows } = await run.client.query(
    `SELECT (SELECT count(*) FROM "Transaction")::int AS transactions, (SELECT count(*) FROM "Receipt")::int AS receipts,
       (SELECT count(*) FROM "Job")::int AS jobs`,
  );
  for (const [table, count] of Object.entries(rows[0])) {
    if (count < result.answered)
      throw new Error(`${result.answered} requests were answered, but ${count} ${table} are stored.`);
  }
  await tidy(run);
  return result;
}

async function untilDone({ client }) {
  const deadline = performance.now() + DRAIN_MS;
  while (performance.now() < deadline) {
    const { rows } = await client.query(`SELECT 1 FROM "Job" LIMIT 1`);
    if (rows.length === 0) return;
    await sleep(20);
  }
  throw new Error("The worker did not finish what was accepted.");
}

async function withWorker(run, work) {
  const worker = run.startWorker();
  try {
    return await work();
  } finally {
    await stop(worker);
  }
}

/** The whole: transactions completed per second from the first request to the last end, and how long one takes in calm. */
export function measureComplete(run) {
  const target = { port: run.web.port, path: run.world.asynchronous.path };
  return withWorker(run, async () => {
    await loadOn(run, target, { seconds: WARM_UP_SECONDS });
    await untilDone(run);
    await tidy(run);
    await loadOn(run, target, { perSecond: CALM_PER_SECOND });
    await untilDone(run);
    const calm = await run.client.query(
      `SELECT percentile_cont(ARRAY[0.5, 0.99]) WITHIN GROUP (ORDER BY extract(epoch FROM "endedAt" - "acceptedAt") * 1000)
         AS times FROM "Transaction" WHERE state = 'COMPLETED'`,
    );
    await tidy(run);
    const begin = performance.now();
    const accepted = await loadOn(run, target);
    await untilDone(run);
    const seconds = (performance.now() - begin) / 1000;
    const { rows } = await run.client.query(`SELECT count(*)::int AS n FROM "Transaction" WHERE state = 'COMPLETED'`);
    if (rows[0].n < accepted.answered) throw new Error(`Only ${rows[0].n} of ${accepted.answered} were completed.`);
    await tidy(run);
    const [p50, p99] = calm.rows[0].times;
    return { rate: rows[0].n / seconds, p50, p99 };
  });
}

/** Synchronous requests answered per second, by a worker that has nothing else to do. */
export function measureSync(run) {
  const target = { port: run.web.port, path: run.world.synchronous.path };
  return withWorker(run, async () => {
    const result = await measure(run, target);
    await untilDone(run);
    await tidy(run);
    return result;
  });
}
