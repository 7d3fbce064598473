import { createHash, randomBytes } from "node:crypto";
import { fillHistory } from "./history.mjs";

const BASE_62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/** The webhook steps of each cycle; the last one was deleted. */
const STEP_IDS = ["hook", ...Array.from({ length: 9 }, (_, index) => `hook${index + 1}`)];

const HOUR_MS = 3_600_000;
/** The letters that many identifiers begin with, each in one of 33 webhooks. */
export const COMMON_PIECE = "Shop";

/** Shares of the transactions, of 50,000: one webhook has a fifth, its account three fifths. */
const SHARES = { busiest: 10_000, itsAccount: 30_000, all: 50_000 };

/** Numbers from 0 to 1 that are the same in each run. */
function pseudoRandom(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function identifiersOf(count) {
  const random = pseudoRandom(20_26);
  return Array.from({ length: count }, (_, index) => {
    const letters = Array.from({ length: 22 }, () => BASE_62[Math.floor(random() * 62)]).join("");
    return index % 33 === 32 ? COMMON_PIECE + letters.slice(COMMON_PIECE.length) : letters;
  });
}

async function makeAccounts(client, count) {
  const { rows } = await client.query(`INSERT INTO "Partner" (id, name) VALUES (uuidv7(), 'Bench') RETURNING id`);
  const partnerId = rows[0].id;
  const accounts = await client.query(
    `INSERT INTO "Account" (id, "partnerId", name)
     SELECT uuidv7(), $1, 'Account ' || n FROM generate_series(1, $2::int) AS n RETURNING id`,
    [partnerId, count],
  );
  return { partnerId, accountIds: accounts.rows.map(({ id }) => id) };
}

/** Published cycles in turn of one account after the other; of 100 one was deleted. */
async function makeCycles(client, accountIds, count) {
  const graph = JSON.stringify({
    steps: STEP_IDS.slice(0, -1).map((id) => ({
      id,
      name: id,
      type: "webhook",
      position: { x: 0, y: 0 },
      settings: {},
    })),
    edges: [],
    variables: [],
  });
  await client.query(
    `INSERT INTO "Cycle" (id, "accountId", name, state, "startedAt", draft, "publishedRevision", "updatedAt", "deletedAt")
     SELECT uuidv7(), ($1::uuid[])[1 + n % cardinality($1::uuid[])], 'Cycle ' || n, 'RUNNING', now(), $2, 1, now(),
       CASE WHEN n % 100 = 99 THEN now() END
     FROM generate_series(0, $3::int - 1) AS n`,
    [accountIds, graph, count],
  );
  await client.query(
    `WITH version AS (
       INSERT INTO "CycleVersion" (id, "cycleId", number, graph) SELECT uuidv7(), id, 1, draft FROM "Cycle" RETURNING id, "cycleId"
     )
     UPDATE "Cycle" SET "publishedVersionId" = version.id FROM version WHERE version."cycleId" = "Cycle".id`,
  );
  // Rows that were changed once are read slower until they are cleaned up.
  await client.query(`VACUUM (ANALYZE) "Cycle", "CycleVersion"`);
}

/** Ten webhooks for each cycle; one of ten is of a step that was deleted. */
async function makeWebhooks(client, count) {
  await client.query(
    `INSERT INTO "Webhook" (id, identifier, "accountId", "cycleId", "stepId", "stepName", "deletedAt")
     SELECT uuidv7(), given.identifier, cycle."accountId", cycle.id, given."stepId", given."stepId",
       CASE WHEN given."stepId" = $3 THEN now() END
     FROM (
       SELECT identifier, place - 1 AS place, ($2::text[])[1 + (place - 1) % cardinality($2::text[])] AS "stepId"
       FROM unnest($1::text[]) WITH ORDINALITY AS row(identifier, place)
     ) AS given
     JOIN (SELECT id, "accountId", row_number() OVER (ORDER BY id) - 1 AS place FROM "Cycle") AS cycle
       ON cycle.place = given.place / cardinality($2::text[])
     ORDER BY given.place`,
    [identifiersOf(count), STEP_IDS, STEP_IDS.at(-1)],
  );
  await client.query(`VACUUM (ANALYZE) "Webhook"`);
}

/** The first webhook of each cycle, in the order of the cycles, with how many of 50,000 transactions are its own. */
async function webhooksWithTraffic(client) {
  const { rows } = await client.query(
    `SELECT DISTINCT ON (cycle.id) cycle."accountId", cycle.id AS "cycleId", cycle."publishedVersionId" AS "versionId",
       webhook.id AS "webhookId", webhook.identifier
     FROM "Webhook" AS webhook JOIN "Cycle" AS cycle ON cycle.id = webhook."cycleId"
     WHERE cycle."deletedAt" IS NULL ORDER BY cycle.id, webhook.id`,
  );
  const [busiest, ...others] = rows;
  const beside = others.filter(({ accountId }) => accountId === busiest.accountId);
  const elsewhere = others.filter(({ accountId }) => accountId !== busiest.accountId);
  const tiny = elsewhere.pop();
  const weigh = (cycles, share) =>
    cycles.map((cycle) => ({ ...cycle, weight: Math.max(1, Math.round(share / cycles.length)) }));
  const cycles = [
    ...weigh([busiest], SHARES.busiest),
    ...weigh(beside, SHARES.itsAccount - SHARES.busiest),
    ...weigh(elsewhere, SHARES.all - SHARES.itsAccount),
  ];
  return { busiest, quiet: beside.at(-1), tiny, cycles };
}

async function makeKey(client, partnerId) {
  const key = `spk_${randomBytes(32).toString("hex")}`;
  await client.query(
    `INSERT INTO "ApiKey" (id, "partnerId", name, role, prefix, hash, "createdBy")
     VALUES (uuidv7(), $1, 'Bench', 'PARTNER_ADMIN', $2, $3, uuidv7())`,
    [partnerId, key.slice(0, 10), createHash("sha256").update(key).digest("hex")],
  );
  return key;
}

/**
 * Writes accounts, cycles and webhooks, and what they received in 31 days, unless they are there already.
 *
 * @param {import("pg").Client} client
 * @param {{ webhooks: number, transactions: number, bodyBytes: number }} size
 * @returns what the requests are about: a partner admin's key; the busiest webhook with a fifth of all transactions, a quiet
 *   one of its account, and one that got three requests
 */
export async function makeSizedWorld(client, { webhooks, transactions, bodyBytes }) {
  const { rows } = await client.query(`SELECT id FROM "Partner"`);
  if (rows.length > 0) return { ...(await webhooksWithTraffic(client)), key: await makeKey(client, rows[0].id) };
  const cycles = Math.ceil(webhooks / STEP_IDS.length);
  const { partnerId, accountIds } = await makeAccounts(client, Math.max(5, Math.min(50, Math.floor(cycles / 20))));
  await makeCycles(client, accountIds, cycles);
  await makeWebhooks(client, webhooks);
  const world = await webhooksWithTraffic(client);
  // The day that it is when the last request is measured.
  const history = { lastDay: new Date(Date.now() + HOUR_MS), bodyBytes };
  const receiptsRefused = Math.round(transactions / 50);
  await fillHistory(client, { ...history, transactions: transactions - 3, receiptsRefused, cycles: world.cycles });
  await fillHistory(client, { ...history, transactions: 3, cycles: [world.tiny], days: 1 });
  return { ...world, key: await makeKey(client, partnerId) };
}
