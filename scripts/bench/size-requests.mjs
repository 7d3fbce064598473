import { COMMON_PIECE } from "./size-world.mjs";

const PAGE = 50;
const HOUR_MS = 3_600_000;
/** In every body that the history has, and in no body. */
const EVERYWHERE = "at the door";
const NOWHERE = "no such order";

/**
 * @typedef {object} SizeRequest
 * @property {string} path under `/api/v1`, with its query
 * @property {string} [accountId] sent as `X-Spoke-Account`
 * @property {{ text: string, values: unknown[] }} [expected] SQL that gives the `id`s of the whole list, newest first; its
 *   last parameter is the id down to which the page has looked
 * @property {(answer: any) => unknown} [isRight] whether an answer that is no list of ids is what was asked for
 */

/** @typedef {{ title: string, requests: SizeRequest[] }} SizeGroup requests of one kind */

const query = (values) => new URLSearchParams(Object.entries(values).map(([name, value]) => [name, String(value)]));

const times = (count, make) => Array.from({ length: count }, (_, index) => make(index));

/** An id in the list `from`, so many rows before its end, or at a share of it. */
async function idAt(client, from, values, { share, fromEnd }) {
  const { rows } = await client.query(`SELECT count(*)::int AS count ${from}`, values);
  const offset = fromEnd === undefined ? Math.floor(rows[0].count * share) : Math.max(0, rows[0].count - fromEnd - 1);
  const found = await client.query(`SELECT id ${from} ORDER BY id DESC OFFSET ${offset} LIMIT 1`, values);
  return found.rows[0].id;
}

async function sampleWebhooks(client, where, count) {
  const { rows } = await client.query(
    `SELECT webhook.id, webhook.identifier FROM "Webhook" AS webhook JOIN "Cycle" AS cycle ON cycle.id = "cycleId"
     WHERE ${where} ORDER BY md5(webhook.identifier) LIMIT $1`,
    [count],
  );
  return rows;
}

const DELETED = `(webhook."deletedAt" IS NOT NULL OR cycle."deletedAt" IS NOT NULL)`;

const webhookSql = (where, ...values) => ({
  text: `SELECT webhook.id FROM "Webhook" AS webhook JOIN "Cycle" AS cycle ON cycle.id = "cycleId"
    WHERE ${where} AND webhook.id >= $${values.length + 1} ORDER BY webhook.id DESC LIMIT ${PAGE}`,
  values,
});

const webhookList = (parameters, where, ...values) => ({
  path: `/webhooks?${query({ limit: PAGE, ...parameters })}`,
  expected: webhookSql(where, ...values),
});

/** A piece finds webhooks that hold it in these letters, or when there are none, in any. */
const pieceRequest = (piece, letters = "LIKE") =>
  webhookList({ q: piece }, `webhook.identifier ${letters} '%' || $1 || '%'`, piece);

const otherCase = (text) =>
  [...text].map((letter) => (letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase())).join("");

/** Requests of the Webhooks Report. */
export async function webhookGroups(client, { variants, world }) {
  const some = await sampleWebhooks(client, `NOT ${DELETED}`, variants);
  const deleted = await sampleWebhooks(client, DELETED, variants);
  const whole = (parameters, { id }) => webhookList(parameters, "webhook.id = $1", id);
  const middle = await idAt(client, `FROM "Webhook"`, [], { share: 0.5 });
  const last = await idAt(client, `FROM "Webhook"`, [], { fromEnd: PAGE });
  // As the search has it: first in these letters, and only when nothing has them so, in any.
  const { rows } = await client.query(
    `SELECT piece FROM unnest($1::text[]) AS piece
     WHERE NOT EXISTS (SELECT FROM "Webhook" WHERE identifier LIKE '%' || piece || '%')`,
    [some.map(({ identifier }) => otherCase(identifier.slice(9, 14)))],
  );
  return [
    {
      title: "find by URL",
      requests: some.map((row) => whole({ q: `https://x.example/api/webhook/${row.identifier}` }, row)),
    },
    { title: "find by identifier", requests: some.map((row) => whole({ q: row.identifier }, row)) },
    { title: "find a deleted one", requests: deleted.map((row) => whole({ q: row.identifier }, row)) },
    { title: "find by 4 characters", requests: some.map(({ identifier }) => pieceRequest(identifier.slice(9, 13))) },
    { title: "find by 6 characters", requests: some.map(({ identifier }) => pieceRequest(identifier.slice(9, 15))) },
    { title: "5 characters, other case", requests: rows.map(({ piece }) => pieceRequest(piece, "ILIKE")) },
    { title: "4 characters of thousands", requests: times(variants, () => pieceRequest(COMMON_PIECE)) },
    {
      title: "4 characters of thousands, last page",
      requests: times(variants, () =>
        webhookList(
          { q: COMMON_PIECE, cursor: last },
          `webhook.id < $1 AND webhook.identifier LIKE '%${COMMON_PIECE}%'`,
          last,
        ),
      ),
    },
    { title: "6 characters of none", requests: times(variants, (index) => pieceRequest(`-none${index}`)) },
    {
      title: "unknown identifier",
      requests: times(variants, (index) => pieceRequest(`-${String(index).padStart(21, "0")}`)),
    },
    { title: "all, first page", requests: times(variants, () => webhookList({}, "true")) },
    {
      title: "all, middle page",
      requests: times(variants, () => webhookList({ cursor: middle }, "webhook.id < $1", middle)),
    },
    {
      title: "all, last page",
      requests: times(variants, () => webhookList({ cursor: last }, "webhook.id < $1", last)),
    },
    { title: "deleted ones", requests: times(variants, () => webhookList({ state: "deleted" }, DELETED)) },
    {
      title: "of one account",
      requests: times(variants, () =>
        webhookList({ accountId: world.tiny.accountId }, `webhook."accountId" = $1`, world.tiny.accountId),
      ),
    },
  ];
}

/** Ids that lists show: those of an older day may wait to be removed. */
const LISTED = `id >= (lpad(to_hex((extract(epoch FROM date_trunc('day', now(), 'UTC') - interval '31 days') * 1000)::bigint), 12, '0')
  || '70008000000000000000')::uuid`;

const receiptList = (webhookId, parameters, where = "true", ...values) => ({
  path: `/webhooks/${webhookId}/receipts?${query({ limit: PAGE, ...parameters })}`,
  expected: {
    text: `SELECT id FROM "Receipt" WHERE "webhookId" = $1 AND ${LISTED} AND ${where} AND id >= $${values.length + 2} ORDER BY id DESC LIMIT ${PAGE}`,
    values: [webhookId, ...values],
  },
});

const BODY_HOLDS = `convert_from(body, 'UTF8') ILIKE '%' || $2 || '%'`;

/** Hours and days that lie apart. */
const spans = (variants, lengthMs, now) =>
  times(variants, (index) => {
    const to = now - HOUR_MS - Math.floor((index * 27 * 24 * HOUR_MS) / variants);
    return { from: new Date(to - lengthMs), to: new Date(to) };
  });

const isoOf = ({ from, to }) => ({ from: from.toISOString(), to: to.toISOString() });

/** Ids are made within an hour of the times that are asked for, which spares the check a look at the whole table. */
const NEAR = "id BETWEEN $4 AND $5";
const idOf = (ms) => `${ms.toString(16).padStart(12, "0")}70008000000000000000`;
const nearOf = ({ from, to }) => [from, to, idOf(from.getTime() - HOUR_MS), idOf(to.getTime() + HOUR_MS)];

/** Requests of a webhook's receipts: of the busiest one, and of one that got three. */
export async function receiptGroups(client, { variants, world, now }) {
  const { webhookId } = world.busiest;
  const list = (...rest) => receiptList(webhookId, ...rest);
  const from = `FROM "Receipt" WHERE "webhookId" = $1 AND ${LISTED}`;
  const middles = [];
  for (let index = 0; index < 5; index++)
    middles.push(await idAt(client, from, [webhookId], { share: 0.3 + index / 10 }));
  const last = await idAt(client, from, [webhookId], { fromEnd: PAGE });
  const { rows } = await client.query(
    `SELECT id, "transactionId", substring(convert_from(body, 'UTF8') FROM 'A-[0-9]+') AS "order" ${from}
       AND outcome = 'ACCEPTED' ORDER BY id DESC LIMIT 40 OFFSET 1000`,
    [webhookId],
  );
  const before = (cursor) => list({ cursor }, "id < $2", cursor);
  const outcome = (name, sql) => times(variants, () => list({ outcome: name }, `outcome = '${sql}'`));
  const within = (span) => list(isoOf(span), `"receivedAt" >= $2 AND "receivedAt" <= $3 AND ${NEAR}`, ...nearOf(span));
  const ip = (address) => times(variants, () => list({ clientIp: address }, `"clientIp" = $2`, address));
  const some = (index) => rows[index % rows.length];
  const holding = (q) => list({ q }, BODY_HOLDS, q);
  return [
    { title: "first page", requests: times(variants, () => list({})) },
    { title: "middle page", requests: times(variants, (index) => before(middles[index % middles.length])) },
    { title: "last page", requests: times(variants, () => before(last)) },
    { title: "accepted", requests: outcome("accepted", "ACCEPTED") },
    { title: "not active", requests: outcome("not-active", "NOT_ACTIVE") },
    { title: "method not allowed (rare)", requests: outcome("method-not-allowed", "METHOD_NOT_ALLOWED") },
    { title: "too large (none)", requests: outcome("too-large", "TOO_LARGE") },
    { title: "of an hour", requests: spans(variants, HOUR_MS, now).map(within) },
    { title: "of a day", requests: spans(variants, 24 * HOUR_MS, now).map(within) },
    { title: "of a client", requests: ip("203.0.113.7") },
    { title: "of a rare client", requests: ip("198.51.100.7") },
    { title: "of a client that never came", requests: ip("192.0.2.1") },
    { title: "text of every body", requests: times(variants, () => holding(EVERYWHERE)) },
    { title: "text of one body", requests: times(variants, (index) => holding(`"${some(index).order}"`)) },
    { title: "text of no body", requests: times(variants, () => holding(NOWHERE)) },
    {
      title: "transaction's id",
      requests: times(variants, (index) =>
        list(
          { q: some(index).transactionId },
          `id = (SELECT "receiptId" FROM "Transaction" WHERE id = $2)`,
          some(index).transactionId,
        ),
      ),
    },
    {
      title: "receipt's id",
      requests: times(variants, (index) => list({ q: some(index).id }, "id = $2", some(index).id)),
    },
    { title: "webhook with 3 requests", requests: times(variants, () => receiptList(world.tiny.webhookId, {})) },
    {
      title: "webhook with 3 requests, text of no body",
      requests: times(variants, () => receiptList(world.tiny.webhookId, { q: NOWHERE }, BODY_HOLDS, NOWHERE)),
    },
  ];
}

const transactionList = (accountId, parameters, where = "true", ...values) => ({
  path: `/transactions?${query({ limit: PAGE, ...parameters })}`,
  accountId,
  expected: {
    text: `SELECT id FROM "Transaction" WHERE "accountId" = $1 AND ${LISTED} AND ${where} AND id >= $${values.length + 2} ORDER BY id DESC LIMIT ${PAGE}`,
    values: [accountId, ...values],
  },
});

const TRANSACTION_HOLDS = `EXISTS (SELECT FROM "Receipt" WHERE "Receipt".id = "receiptId" AND ${BODY_HOLDS})`;

/** Requests of the transactions of the account that has most of them. */
export async function transactionGroups(client, { variants, world, now }) {
  const { accountId, cycleId } = world.busiest;
  const list = (...rest) => transactionList(accountId, ...rest);
  const from = `FROM "Transaction" WHERE "accountId" = $1 AND ${LISTED}`;
  const hundredth = await client.query(`SELECT id ${from} ORDER BY id DESC LIMIT 1 OFFSET ${100 * PAGE - 1}`, [
    accountId,
  ]);
  const middle = await idAt(client, from, [accountId], { share: 0.5 });
  const last = await idAt(client, from, [accountId], { fromEnd: PAGE });
  const { rows } = await client.query(
    `SELECT id, 'A-' || seq AS "order" ${from} ORDER BY id DESC LIMIT 40 OFFSET 500`,
    [accountId],
  );
  const before = (cursor) => times(variants, () => list({ cursor }, "id < $2", cursor));
  const state = (name) => times(variants, () => list({ state: name }, `state = '${name.toUpperCase()}'`));
  const ofCycle = (id, more = {}, where = "") =>
    times(variants, () => list({ cycleId: id, ...more }, `"cycleId" = $2${where}`, id));
  const within = (span) => list(isoOf(span), `"acceptedAt" >= $2 AND "acceptedAt" <= $3 AND ${NEAR}`, ...nearOf(span));
  const holding = (q) => list({ q }, TRANSACTION_HOLDS, q);
  const some = (index) => rows[index % rows.length];
  return [
    { title: "first page", requests: times(variants, () => list({})) },
    { title: "100th page", requests: before(hundredth.rows[0]?.id ?? middle) },
    { title: "middle page", requests: before(middle) },
    { title: "last page", requests: before(last) },
    { title: "of the busiest cycle", requests: ofCycle(cycleId) },
    { title: "of a quiet cycle", requests: ofCycle(world.quiet.cycleId) },
    {
      title: "of a quiet cycle, cancelled",
      requests: ofCycle(world.quiet.cycleId, { state: "cancelled" }, " AND state = 'CANCELLED'"),
    },
    {
      title: "of the busiest cycle, cancelled",
      requests: ofCycle(cycleId, { state: "cancelled" }, " AND state = 'CANCELLED'"),
    },
    ...["completed", "failed", "discarded", "cancelled", "queued", "held"].map((name) => ({
      title: name,
      requests: state(name),
    })),
    { title: "of an hour", requests: spans(variants, HOUR_MS, now).map(within) },
    { title: "of a day", requests: spans(variants, 24 * HOUR_MS, now).map(within) },
    { title: "text of all", requests: times(variants, () => holding(EVERYWHERE)) },
    { title: "text of one", requests: times(variants, (index) => holding(`"${some(index).order}"`)) },
    { title: "text of none", requests: times(variants, () => holding(NOWHERE)) },
    { title: "id", requests: times(variants, (index) => list({ q: some(index).id }, "id = $2", some(index).id)) },
  ];
}

/** Requests of the pages that count: all accounts, and the account's cycles. */
export async function countGroups(client, { variants, world }) {
  const { accountId } = world.busiest;
  const countToday = async () => {
    const { rows } = await client.query(
      `SELECT count(*)::int AS total, (count(*) FILTER (WHERE state = 'FAILED'))::int AS failed FROM "Transaction"
       WHERE "accountId" = $1 AND "acceptedAt" >= date_trunc('day', now(), 'UTC')`,
      [accountId],
    );
    return rows[0];
  };
  const sum = (cycles, name) => cycles.reduce((all, { today }) => all + today[name], 0);
  const isRightAccount = async ({ entries }) => {
    const { total, failed } = await countToday();
    const own = entries.find(({ id }) => id === accountId);
    return near(own.transactionsToday, total) && near(own.failedToday, failed);
  };
  const isRightCycles = async ({ entries }) => {
    const { total, failed } = await countToday();
    return near(sum(entries, "total"), total) && near(sum(entries, "failed"), failed);
  };
  // A row's id may be a little older than the time it was accepted at.
  const near = (count, wanted) => Math.abs(count - wanted) <= 5;
  return [
    {
      title: "all accounts with today's counts",
      requests: times(variants, () => ({ path: "/accounts", isRight: isRightAccount })),
    },
    {
      title: "an account's cycles with today's counts",
      requests: times(variants, () => ({ path: "/cycles", accountId, isRight: isRightCycles })),
    },
  ];
}
