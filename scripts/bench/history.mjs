import { availableParallelism } from "node:os";
import pg from "pg";

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
/** Rows of one statement: enough to be quick, few enough that both connections have their share to the end. */
const ROWS_PER_STATEMENT = 25_000;
/** Receipts of refused requests are kept for so long. */
const REFUSED_DAYS = 7;
const TABLES = ["Receipt", "Transaction", "Checkpoint"];

/**
 * @typedef {object} HistoryCycle a cycle that the history's transactions belong to
 * @property {string} accountId
 * @property {string} cycleId
 * @property {string} versionId
 * @property {string} webhookId
 * @property {string} identifier of the webhook
 * @property {number} [weight] transactions in proportion to the other cycles; 1 when it is not given
 */

/**
 * @typedef {object} HistoryOptions
 * @property {number} transactions all have ended; each has its receipt and a checkpoint
 * @property {number} [receiptsRefused] receipts of requests that began none, in the last 7 days
 * @property {number} [webhooks] taken when no cycles are given: the newest so many
 * @property {HistoryCycle[]} [cycles]
 * @property {number} [days] the last of them is `lastDay`; the rows are spread evenly
 * @property {Date} [lastDay] today when it is not given
 * @property {number} [bodyBytes] about so many bytes in each receipt's body
 */

const uuidAt = (ms) => {
  const hex = ms.toString(16).padStart(12, "0");
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000000`;
};

/** SQL of a UUIDv7 of a row's time. `kind` tells ids of one row apart, `from` which digits of its hash they are made of. */
const uuidOf = (kind, from) =>
  `(lpad(to_hex(row.ms), 12, '0') || '7' || substr(row.hash, ${from}, 3) || '${kind}' || substr(row.hash, ${from + 3}, 15))::uuid`;

const TRANSACTION_ID = uuidOf("8", 1);
const RECEIPT_ID = uuidOf("9", 12);

// Of 10,007 transactions 9,400 are completed, 500 failed, 106 discarded, and one was cancelled.
const STATE = `(CASE WHEN row.part < 9400 THEN 'COMPLETED' WHEN row.part < 9900 THEN 'FAILED'
  WHEN row.part < 10006 THEN 'DISCARDED' ELSE 'CANCELLED' END)::"TransactionState"`;

const ORDER = `'{"order":{"id":"A-' || row.n || '","total":' || row.n % 400 || ',"currency":"EUR"},"customer":{"id":'
  || row.n % 9973 || ',"email":"customer' || row.n % 9973 || '@example.com"},"note":"'`;

const HEADERS = `[["Host","spoke.example.com"],["User-Agent","shop/4.2"],["Accept","*/*"],["Content-Type","application/json"]]`;

/** What an order's note says, to the end of a body of about so many bytes. */
const noteOf = (bodyBytes) =>
  `${"leave it at the door, ".repeat(bodyBytes / 22).slice(0, Math.max(0, bodyBytes - 120))}"}`;

// `OFFSET 0` keeps PostgreSQL from working out a hash anew for each id that is made of it.
// A statement sees its rows in the order of their numbers, so ids rise and every index grows at its end.
const ROWS = `
  FROM (
    SELECT n, $2::bigint + ((n - $3::bigint) * $4::float8)::bigint AS ms, md5(n::text || $7) AS hash, n * 7919 % 10007 AS part
    FROM generate_series($5::bigint, $6::bigint) AS n OFFSET 0
  ) AS row
  JOIN bench_wheel AS wheel ON wheel.slot = (row.n * 2654435761 + $8::bigint) % $1::bigint`;

const at = (ms) => `to_timestamp((row.ms + ${ms}) / 1000.0)`;

const transactionsSql = (day) => `
  INSERT INTO "Transaction_${day}" (id, seq, "accountId", "cycleId", "versionId", "stepId", "receiptId", state, "acceptedAt",
    "startedAt", "endedAt", "errorStepId", error)
  SELECT ${TRANSACTION_ID}, row.n, "accountId", "cycleId", "versionId", 'hook', ${RECEIPT_ID}, ${STATE}, ${at(1)}, ${at(5)},
    ${at("9 + row.n % 400")}, CASE WHEN row.part BETWEEN 9400 AND 9899 THEN 'large' END,
    CASE WHEN row.part BETWEEN 9400 AND 9899 THEN 'The total of order A-' || row.n || ' is not a number.' END
  ${ROWS}`;

const checkpointsSql = (day) => `
  INSERT INTO "Checkpoint_${day}" ("transactionId", number, steps, waits, "createdAt")
  SELECT ${TRANSACTION_ID}, 1, ('[{"stepId":"order","visit":1,"outcome":"done","exit":"next","startedAt":"2026-01-01T00:00:00.000Z",'
    || '"durationMs":0.2,"output":{"id":"A-' || row.n || '","total":' || row.n % 400 || ',"source":"bench"}},'
    || '{"stepId":"large","visit":1,"outcome":"done","exit":"true","startedAt":"2026-01-01T00:00:00.000Z","durationMs":0.1},'
    || '{"stepId":"express","visit":1,"outcome":"done","exit":null,"startedAt":"2026-01-01T00:00:00.000Z",'
    || '"durationMs":0.1,"output":{"way":"express"}}]')::json, '[]', ${at("9 + row.n % 400")}
  ${ROWS} WHERE row.part < 9900`;

const RECEIPT_COLUMNS = `(id, "webhookId", identifier, "accountId", "cycleId", "receivedAt", method, query, headers, "clientIp",
  "contentType", "sizeBytes", body, outcome, reason, status, "durationMs", "transactionId")`;

// One client in 100,003 requests is 198.51.100.7, the others share 250 addresses.
const CLIENT_IP = `CASE WHEN row.n % 100003 = 0 THEN '198.51.100.7' ELSE '203.0.113.' || row.n % 250 END`;

const receiptsSql = (day) => `
  INSERT INTO "Receipt_${day}" ${RECEIPT_COLUMNS}
  SELECT id, "webhookId", identifier, "accountId", "cycleId", received, 'POST', '', '${HEADERS}', ip, 'application/json',
    octet_length(body), body, 'ACCEPTED', NULL, 200, 1.5, transaction
  FROM (
    SELECT wheel.*, ${RECEIPT_ID} AS id, ${TRANSACTION_ID} AS transaction, ${at(0)} AS received, ${CLIENT_IP} AS ip,
      convert_to(${ORDER} || $9::text, 'UTF8') AS body
    ${ROWS} OFFSET 0
  ) AS rows`;

const refusedSql = (day) => `
  INSERT INTO "Receipt_${day}" ${RECEIPT_COLUMNS}
  SELECT ${uuidOf("a", 1)}, "webhookId", identifier, "accountId", "cycleId", ${at(0)}, kind.method, '', '${HEADERS}', ${CLIENT_IP},
    'application/json', 24, '{"order":{"id":"refused"', kind.outcome::"ReceiptOutcome", kind.reason, kind.status, 0.4, NULL
  ${ROWS}
  JOIN (VALUES (0, 'POST', 'NOT_ACTIVE', 'The cycle is stopped.', 503), (1, 'POST', 'UNREADABLE', 'The body is not JSON.', 400),
    (2, 'GET', 'METHOD_NOT_ALLOWED', 'Only POST is taken.', 405)) AS kind(place, method, outcome, reason, status)
    ON kind.place = CASE WHEN row.part < 7000 THEN 0 WHEN row.part < 10000 THEN 1 ELSE 2 END`;

const WHEEL = `
  CREATE TEMPORARY TABLE bench_wheel AS
  SELECT row_number() OVER () - 1 AS slot, cycle."accountId", cycle."cycleId", cycle."versionId", cycle."webhookId",
    cycle.identifier
  FROM jsonb_to_recordset($1) AS cycle("accountId" uuid, "cycleId" uuid, "versionId" uuid, "webhookId" uuid,
    identifier text, weight int), generate_series(1, coalesce(weight, 1))`;

async function newestCycles(client, webhooks) {
  const { rows } = await client.query(
    `SELECT webhook."accountId", webhook."cycleId", cycle."publishedVersionId" AS "versionId", webhook.id AS "webhookId",
       webhook.identifier
     FROM "Webhook" AS webhook JOIN "Cycle" AS cycle ON cycle.id = webhook."cycleId"
     WHERE cycle."publishedVersionId" IS NOT NULL ORDER BY webhook.id DESC LIMIT $1`,
    [webhooks],
  );
  return rows;
}

/** Makes the partitions of one day that are not there yet; gives the end of their names. */
async function makeDay(client, startMs) {
  const day = new Date(startMs).toISOString().slice(0, 10).replaceAll("-", "");
  for (const table of TABLES)
    await client.query(
      `CREATE TABLE IF NOT EXISTS "${table}_${day}" PARTITION OF "${table}"
       FOR VALUES FROM ('${uuidAt(startMs)}') TO ('${uuidAt(startMs + DAY_MS)}')`,
    );
  return day;
}

/** The days with their share of the rows: row numbers from `first` on, and how far apart in time they lie. */
function planDays({ count, days, lastDay, firstNumber }) {
  const last = Math.floor(lastDay.getTime() / DAY_MS) * DAY_MS;
  return Array.from({ length: days }, (_, index) => {
    const [from, to] = [index, index + 1].map((place) => firstNumber + Math.floor((count * place) / days));
    const startMs = last - (days - 1 - index) * DAY_MS;
    // Today has only been until now.
    const endMs = Math.min(startMs + DAY_MS, Math.max(startMs + MINUTE_MS, Date.now() - MINUTE_MS));
    return { startMs, first: from, count: to - from, stepMs: (endMs - startMs) / Math.max(1, to - from) };
  }).filter((day) => day.count > 0);
}

async function fillDay(client, { startMs, first, count, stepMs }, { statements, wheel, bodyBytes }) {
  const day = new Date(startMs).toISOString().slice(0, 10).replaceAll("-", "");
  // A multiplier that the wheel's size divides would leave slots out; a shift per day evens out what is left.
  const shift = first % wheel;
  for (let from = first; from < first + count; from += ROWS_PER_STATEMENT) {
    const to = Math.min(from + ROWS_PER_STATEMENT, first + count) - 1;
    const values = [wheel, startMs, first, stepMs, from, to, "bench", shift];
    for (const sqlOf of statements) {
      const text = sqlOf(day);
      await client.query(text, text.includes("$9") ? [...values, noteOf(bodyBytes)] : values);
    }
  }
}

async function openHelper({ host, port, user, password, database }, cycles) {
  const client = new pg.Client({ host, port, user, password, database });
  await client.connect();
  await client.query("SET synchronous_commit = off; SET work_mem = '64MB'; SET enable_mergejoin = off");
  await client.query("SET enable_nestloop = off");
  await client.query(WHEEL, [JSON.stringify(cycles)]);
  await client.query("ANALYZE bench_wheel");
  return client;
}

/** Runs jobs on several connections at once, each taking the next one when it is done. */
async function share(helpers, jobs, work) {
  const left = [...jobs];
  await Promise.all(
    helpers.map(async (helper) => {
      for (let job = left.shift(); job !== undefined; job = left.shift()) await work(helper, job);
    }),
  );
}

/**
 * Writes what Spoke has stored of transactions that ended: receipts, transactions and checkpoints in the partitions of
 * their days, and up-to-date statistics. `client` must own the database and be a superuser; the server is to hold nothing
 * that matters, as page images are off meanwhile. About 20,000 transactions per second on two cores.
 *
 * @param {import("pg").Client} client
 * @param {HistoryOptions} options
 */
export async function fillHistory(client, options) {
  const {
    transactions,
    receiptsRefused = 0,
    webhooks = 1000,
    days = 31,
    lastDay = new Date(),
    bodyBytes = 1000,
  } = options;
  const cycles = options.cycles ?? (await newestCycles(client, webhooks));
  const wheel = cycles.reduce((sum, { weight = 1 }) => sum + weight, 0);
  const numbers = await client.query(
    `SELECT setval('acceptance_seq', nextval('acceptance_seq') + $1)::float8 AS last`,
    [transactions + receiptsRefused],
  );
  const firstNumber = numbers.rows[0].last - transactions - receiptsRefused;
  const accepted = planDays({ count: transactions, days, lastDay, firstNumber });
  const refusedDays = Math.min(days, REFUSED_DAYS);
  const firstRefused = firstNumber + transactions;
  const refused = planDays({ count: receiptsRefused, days: refusedDays, lastDay, firstNumber: firstRefused });
  const names = new Set();
  for (const { startMs } of [...accepted, ...refused]) names.add(await makeDay(client, startMs));
  await client.query("ALTER SYSTEM SET full_page_writes = off");
  await client.query("SELECT pg_reload_conf()");
  const helpers = await Promise.all(
    Array.from({ length: Math.min(4, availableParallelism()) }, () => openHelper(client, cycles)),
  );
  try {
    const fill = { wheel, bodyBytes };
    await share(helpers, accepted, (helper, day) =>
      fillDay(helper, day, { ...fill, statements: [transactionsSql, receiptsSql, checkpointsSql] }),
    );
    await share(helpers, refused, (helper, day) => fillDay(helper, day, { ...fill, statements: [refusedSql] }));
    const partitions = [...names].flatMap((day) => TABLES.map((table) => `"${table}_${day}"`));
    await share(helpers, partitions, (helper, partition) => helper.query(`VACUUM ${partition}`));
  } finally {
    await Promise.all(helpers.map((helper) => helper.end()));
    await client.query("ALTER SYSTEM RESET full_page_writes");
    await client.query("SELECT pg_reload_conf()");
  }
  await client.query(`ANALYZE ${TABLES.map((table) => `"${table}"`).join(", ")}`);
  await client.query("CHECKPOINT");
}
