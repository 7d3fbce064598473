import { until } from "./until.mjs";

const ROWS_AT_ONCE = 20_000;
const DRAIN_MS = 180_000;

/**
 * What became of the requests of a load, as the database and the outside application have it. What shall be 0 is said in `WRONG`.
 *
 * @typedef {object} Ledger
 * @property {number} sent requests
 * @property {number} accepted answered 200, or 202 by a synchronous cycle
 * @property {number} refused answered 503
 * @property {number} unanswered given up without an answer
 * @property {number} otherwise answered anything else
 * @property {number} completed transactions of accepted requests
 * @property {number} stored transactions of requests that were refused or unanswered
 * @property {number} lost accepted without exactly one transaction, or it is not COMPLETED
 * @property {number} doubled requests with more than one transaction
 * @property {number} unended transactions of the load that have not ended
 * @property {number} failed transactions of the load that ended in another way than COMPLETED
 * @property {number} twice steps that a transaction finished more than once
 * @property {number} missing COMPLETED transactions that did not finish each step of their cycle
 * @property {number} calls that the outside application got
 * @property {number} repeated keys that it got more than once
 * @property {number} mostCalls as often it got the same key at most
 * @property {number} strangeKeys calls with a key that is not that of a transaction's step
 * @property {number} strangeAnswers stored answers that were not given to a call of that transaction
 * @property {number} jobs left
 * @property {number} grants left
 * @property {number} workers known beyond those that run
 * @property {number} servingS seconds from the end of the fault until transactions accepted after it had ended, one of each cycle
 * @property {number} lastS seconds from the begin of the fault until all transactions accepted before it had ended
 */

/** What must be 0 after whatever happened. */
export const WRONG = [
  "otherwise",
  "lost",
  "doubled",
  "unended",
  "failed",
  "twice",
  "missing",
  "strangeKeys",
  "strangeAnswers",
  "jobs",
  "grants",
  "workers",
];

const isAccepted = ({ status, id }) => (status === 200 || status === 202) && id !== undefined;

/** Waits until everything that was accepted has ended, and every slot and dead worker has been given back. Gives the seconds it took. */
export async function drain(stack, { timeoutMs = DRAIN_MS } = {}) {
  const begin = performance.now();
  const running = stack.workers.length;
  let left = [];
  const isIdle = async () => {
    left = await stack.query(
      `SELECT * FROM (
         SELECT 'jobs' AS what, count(*)::int AS n FROM "Job" UNION ALL SELECT 'grants', count(*)::int FROM "Grant"
         UNION ALL SELECT 'workers', abs(count(*) - $1)::int FROM "Worker") AS counts WHERE n > 0`,
      [running],
    );
    return left.length === 0;
  };
  // What is left when the time is over is on the ledger.
  await until("everything has ended", isIdle, { timeoutMs, everyMs: 50 }).catch(() => {});
  return (performance.now() - begin) / 1000;
}

async function writeDown(client, sent) {
  await client.query("DROP TABLE IF EXISTS pg_temp.sent");
  await client.query("CREATE TEMP TABLE sent (key text, id uuid, accepted boolean)");
  for (let at = 0; at < sent.length; at += ROWS_AT_ONCE) {
    const part = sent.slice(at, at + ROWS_AT_ONCE);
    await client.query("INSERT INTO sent SELECT * FROM unnest($1::text[], $2::uuid[], $3::boolean[])", [
      part.map(({ key }) => key),
      part.map(({ id }) => id ?? null),
      part.map(isAccepted),
    ]);
  }
  await client.query("DROP TABLE IF EXISTS pg_temp.made");
  // The transactions of the load: found by what their requests asked for.
  await client.query(
    `CREATE TEMP TABLE made AS
       SELECT transaction.id, sent.key, sent.accepted, transaction.state::text, transaction."acceptedAt",
         transaction."endedAt", transaction."cycleId"
       FROM sent JOIN "Receipt" AS receipt ON ltrim(receipt.query, '?') = sent.key
       JOIN "Transaction" AS transaction ON transaction."receiptId" = receipt.id`,
  );
  await client.query("ANALYZE sent; ANALYZE made");
}

const COUNTS = `
  SELECT (SELECT count(*) FROM made WHERE accepted AND state = 'COMPLETED')::int AS completed,
    (SELECT count(*) FROM made WHERE NOT accepted)::int AS stored,
    (SELECT count(*) FROM sent WHERE accepted AND NOT EXISTS (
      SELECT FROM made WHERE made.id = sent.id AND made.key = sent.key AND made.state = 'COMPLETED'))::int AS lost,
    (SELECT count(*) FROM (SELECT key FROM made GROUP BY key HAVING count(*) > 1) AS keys)::int AS doubled,
    (SELECT count(*) FROM made WHERE "endedAt" IS NULL)::int AS unended,
    (SELECT count(*) FROM made WHERE "endedAt" IS NOT NULL AND state <> 'COMPLETED')::int AS failed,
    (SELECT count(*) FROM "Job")::int AS jobs,
    (SELECT count(*) FROM "Grant")::int AS grants,
    (SELECT count(*) FROM "Worker")::int AS workers`;

const STEPS = `
  WITH done AS (
    SELECT made.id, made."cycleId", step->>'stepId' AS step, count(*) AS times
    FROM made JOIN "Checkpoint" AS stored ON stored."transactionId" = made.id
    CROSS JOIN json_array_elements(stored.steps) AS step
    WHERE step->>'outcome' = 'done'
    GROUP BY made.id, made."cycleId", step->>'stepId', step->>'visit'
  ), expected AS (
    SELECT "cycleId", step, count(*) OVER (PARTITION BY "cycleId") AS steps
    FROM unnest($1::uuid[], $2::text[]) AS expected("cycleId", step)
  ), whole AS (
    SELECT id FROM done JOIN expected USING ("cycleId", step) GROUP BY id, steps HAVING count(DISTINCT step) = steps
  )
  SELECT (SELECT count(*) FROM done WHERE times > 1)::int AS twice,
    (SELECT count(*) FROM made WHERE state = 'COMPLETED' AND id NOT IN (SELECT id FROM whole))::int AS missing`;

/** Seconds from the fault's end to the end of the first transaction that was accepted after it, of the cycle that took longest; and from its begin to the end of the last one that was under way. */
const TIMES = `
  SELECT (SELECT max(first) FROM (
      SELECT extract(epoch FROM min("endedAt") - to_timestamp($2 / 1000.0))::float8 AS first
      FROM made WHERE "acceptedAt" >= to_timestamp($2 / 1000.0) GROUP BY "cycleId") AS firsts) AS "servingS",
    (SELECT extract(epoch FROM max("endedAt") - to_timestamp($1 / 1000.0))::float8
      FROM made WHERE "acceptedAt" < to_timestamp($1 / 1000.0)) AS "lastS"`;

const ANSWERS = `
  SELECT made.id, (step->'output'->'body'->>'call')::int AS call
  FROM made JOIN "Checkpoint" AS stored ON stored."transactionId" = made.id
  CROSS JOIN json_array_elements(stored.steps) AS step
  WHERE step->>'stepId' = 'call' AND step->>'outcome' = 'done'`;

async function checkCalls(client, stub) {
  const { rows } = await client.query(ANSWERS);
  const keyOf = (id) => `${id}-call-1`;
  const known = new Set(
    await client.query("SELECT id FROM made").then(({ rows: made }) => made.map(({ id }) => keyOf(id))),
  );
  let [calls, repeated, mostCalls, strangeKeys] = [0, 0, 0, 0];
  for (const [key, numbers] of stub.calls) {
    calls += numbers.length;
    if (numbers.length > 1) repeated++;
    mostCalls = Math.max(mostCalls, numbers.length);
    if (!known.has(key)) strangeKeys++;
  }
  const strangeAnswers = rows.filter(({ id, call }) => !stub.calls.get(keyOf(id))?.includes(call)).length;
  return { calls, repeated, mostCalls, strangeKeys, strangeAnswers };
}

/**
 * Checks what the requests of a load have become. `stub` holds the calls of these requests and of no others.
 *
 * @param {import("./stack.mjs").Stack} stack
 * @param {{ sent: import("./load.mjs").Sent[], targets: import("./world.mjs").Target[], stub: import("./stub.mjs").Stub, beginMs?: number, endMs?: number }} given
 *   `beginMs` and `endMs` of the fault, since 1970
 * @returns {Promise<Ledger>}
 */
export function checkLedger(stack, { sent, targets, stub, beginMs = 0, endMs = 0 }) {
  const count = (pick) => sent.filter(pick).length;
  const steps = targets.flatMap(({ cycleId, steps: names }) => names.map((step) => ({ cycleId, step })));
  const unique = [...new Map(steps.map((step) => [`${step.cycleId} ${step.step}`, step])).values()];
  return stack.withConnection(async (client) => {
    await writeDown(client, sent);
    const [counts] = (await client.query(COUNTS)).rows;
    const [stepCounts] = (
      await client.query(STEPS, [unique.map(({ cycleId }) => cycleId), unique.map(({ step }) => step)])
    ).rows;
    const [times] = (await client.query(TIMES, [beginMs, endMs])).rows;
    return {
      sent: sent.length,
      accepted: count(isAccepted),
      refused: count(({ status }) => status === 503),
      unanswered: count(({ status }) => status === 0),
      otherwise: count((one) => !isAccepted(one) && one.status !== 503 && one.status !== 0),
      ...counts,
      ...stepCounts,
      ...times,
      ...(await checkCalls(client, stub)),
      workers: Math.abs(counts.workers - stack.workers.length),
    };
  });
}
