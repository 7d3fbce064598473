import { addGiven, type MatchedValue } from "./continuation";
import { runOnDay } from "./day-statement";
import { spanOf } from "./id-span";
import { arrayOf, textArrayOf, textColumnOf } from "./packed-rows";
import { type Db, run } from "./statement";

const TIMEOUT_MS = 15_000;

/** How many early requests a webhook keeps for one value. */
export const MOST_KEPT = 1_000;

/** Kept requests that one statement makes continuations of. */
export const KEPT_PER_STATEMENT = 200;

/** Kept requests that one statement forgets at most. */
export const FORGOTTEN_PER_STATEMENT = 500;

/** A request that is kept until its transaction comes. */
export type KeptRequest = MatchedValue & {
  receiptId: string;
  /** The step's data as JSON text; null: it is read from the receipt. */
  input: string | null;
  seconds: number;
};

/** Keeps requests, in their order. Call it after `lockValues`, where there is room for them (meet-transactions.ts). */
export async function keepRequests(db: Db, requests: readonly KeptRequest[]): Promise<void> {
  await run(db, {
    name: "keep-requests",
    text: `
      INSERT INTO "KeptRequest" ("receiptId", "cycleId", "stepId", value, input, until)
      SELECT receipt, cycle, step, value, input::json, now() + seconds * interval '1 second'
      FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::int[], $6::text[])
        WITH ORDINALITY AS kept(receipt, cycle, step, value, seconds, input, place)
      ORDER BY place`,
    values: [
      arrayOf(requests.map(({ receiptId }) => receiptId)),
      arrayOf(requests.map(({ cycleId }) => cycleId)),
      textArrayOf(requests.map(({ stepId }) => stepId)),
      textArrayOf(requests.map(({ value }) => value)),
      arrayOf(requests.map(({ seconds }) => seconds)),
      textColumnOf(requests.map(({ input }) => input)),
    ],
    timeoutMs: TIMEOUT_MS,
  });
}

/** A transaction that reached a step; `seq` is its own. */
export type Arrival = MatchedValue & { transactionId: string; seq: number };

/** What came before its transaction is not a refused request any more. */
const ACCEPTED_LATER = "It came before its transaction reached the webhook, and was kept.";

/**
 * Continues transactions that have just reached their steps with the requests that were kept for them, in the order in which these
 * came; of several transactions with a value the newest gets them. Inside the database transaction that stores the arrivals,
 * after `lockValues`: all of them are met, or none is and all stay kept.
 */
export async function meetKeptRequests(db: Db, arrivals: readonly Arrival[]): Promise<void> {
  for (const arrival of await findExpected(db, arrivals)) {
    let met: number;
    do met = await meetPortion(db, arrival);
    while (met === KEPT_PER_STATEMENT);
  }
}

type Expected = MatchedValue & { transactionId: string };

/** For each value that requests are kept for, the newest transaction that has come with it. */
function findExpected(db: Db, arrivals: readonly Arrival[]): Promise<Expected[]> {
  return run<Expected>(db, {
    name: "find-expected",
    text: `
      SELECT DISTINCT ON (arrival.cycle, arrival.step, arrival.value) arrival.cycle AS "cycleId", arrival.step AS "stepId",
        arrival.value, arrival.transaction AS "transactionId"
      FROM unnest($1::uuid[], $2::text[], $3::text[], $4::uuid[], $5::bigint[]) AS arrival(cycle, step, value, transaction, seq)
      CROSS JOIN LATERAL (
        SELECT FROM "KeptRequest" AS kept
        WHERE kept."cycleId" = arrival.cycle AND kept."stepId" = arrival.step AND kept.value = arrival.value AND kept.until > now()
        LIMIT 1
      ) AS kept
      ORDER BY arrival.cycle, arrival.step, arrival.value, arrival.seq DESC`,
    values: [
      arrivals.map((arrival) => arrival.cycleId),
      arrivals.map((arrival) => arrival.stepId),
      arrivals.map((arrival) => arrival.value),
      arrivals.map((arrival) => arrival.transactionId),
      arrivals.map((arrival) => arrival.seq),
    ],
    timeoutMs: TIMEOUT_MS,
  });
}

/** Makes continuations of the oldest requests kept for a value. Their data stays in the database. Gives their number. */
async function meetPortion(db: Db, { transactionId, cycleId, stepId, value }: Expected): Promise<number> {
  const origin = { source: "REQUEST", createdBy: null } as const;
  const added = await addGiven(
    db,
    origin,
    { transactionId, stepId },
    {
      name: "meet-kept",
      rows: `
        SELECT seq, $5::uuid AS transaction, "stepId" AS step, value, "receiptId" AS receipt, input FROM "KeptRequest"
        WHERE "cycleId" = $6 AND "stepId" = $7 AND value = $8 AND until > now()
        ORDER BY "cycleId", "stepId", value, seq LIMIT ${KEPT_PER_STATEMENT}`,
      also: `), met AS (
        DELETE FROM "KeptRequest" WHERE seq = ANY (ARRAY(SELECT given.seq FROM given, opened))
      `,
      values: [transactionId, cycleId, stepId, value],
    },
  );
  const receiptIds = added.flatMap(({ receiptId }) => receiptId ?? []);
  if (receiptIds.length > 0) await acceptKept(db, transactionId, receiptIds);
  return added.length;
}

async function acceptKept(db: Db, transactionId: string, receiptIds: readonly string[]): Promise<void> {
  const span = spanOf(receiptIds);
  await runOnDay(db, {
    name: "accept-kept",
    spans: [span],
    text: ({ table, between }) => `
      UPDATE ${table("Receipt")} SET outcome = 'ACCEPTED', "transactionId" = $1, reason = $2
      WHERE id = ANY ($3::uuid[]) AND ${between("id", "$4", "$5")}`,
    values: [transactionId, ACCEPTED_LATER, arrayOf(receiptIds), ...span],
    timeoutMs: TIMEOUT_MS,
  });
}

/** Forgets up to 500 kept requests whose time is over. Gives their number. */
export async function forgetKeptRequests(db: Db): Promise<number> {
  const rows = await run(db, {
    name: "forget-kept",
    text: `
      DELETE FROM "KeptRequest" WHERE seq = ANY (ARRAY(
        SELECT seq FROM "KeptRequest" WHERE until <= now() ORDER BY until LIMIT ${FORGOTTEN_PER_STATEMENT} FOR UPDATE SKIP LOCKED
      ))
      RETURNING 1`,
    values: [],
    timeoutMs: TIMEOUT_MS,
  });
  return rows.length;
}
