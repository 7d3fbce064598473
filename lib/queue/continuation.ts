import { channels } from "./channels";
import { dayOf, type Place, runOnDay } from "./day-statement";
import { isHeldBy, lastingHolds } from "./hold-scope";
import { spanOf } from "./id-span";
import { arrayOf, textArrayOf, textColumnOf } from "./packed-rows";
import { type Db, run } from "./statement";

const TIMEOUT_MS = 15_000;

/** A value that requests to a mid-cycle webhook carry (lib/queue/match-key.ts). */
export type MatchedValue = { cycleId: string; stepId: string; value: string };

const lockText = ({ cycleId, stepId, value }: MatchedValue) => `${cycleId} ${stepId} ${value}`;
const KEY = "hashtextextended(text, 7301966)";

/**
 * Makes requests and transactions with a value wait for each other, until the end of the database transaction: whichever comes
 * second sees what the first has stored. The locks of several values are taken in one order.
 */
export async function lockValues(db: Db, values: readonly MatchedValue[]): Promise<void> {
  await run(db, {
    name: "lock-values",
    text: `
      SELECT pg_advisory_xact_lock(key) FROM (
        SELECT DISTINCT ${KEY} AS key FROM unnest($1::text[]) AS text ORDER BY key
      ) AS keys`,
    values: [textArrayOf(values.map(lockText))],
    timeoutMs: TIMEOUT_MS,
  });
}

/** Takes the locks of those of the values that nobody has, without waiting. Gives these values. */
export async function tryLockValues<Value extends MatchedValue>(db: Db, values: readonly Value[]): Promise<Value[]> {
  const rows = await run<{ locked: boolean }>(db, {
    name: "try-lock-values",
    text: `
      SELECT pg_try_advisory_xact_lock(${KEY}) AS locked FROM unnest($1::text[]) WITH ORDINALITY AS value(text, place) ORDER BY place`,
    values: [textArrayOf(values.map(lockText))],
    timeoutMs: TIMEOUT_MS,
  });
  return values.filter((_, index) => rows[index]!.locked);
}

/** Where a transaction goes on, and by what. */
export type Resumption = {
  transactionId: string;
  stepId: string;
  source: "REQUEST" | "HAND" | "TIMEOUT";
  /** Only while the transaction waits for this value there; null: whatever it waits for. */
  value: string | null;
  createdBy: string | null;
};

export type NewContinuation = Resumption & {
  receiptId: string | null;
  /** The step's data when it is not read from a receipt, as JSON text. */
  input: string | null;
};

/** What continuations that are added together have in common. */
export type Origin = Pick<Resumption, "source" | "createdBy">;

/** SQL of what transactions go on with. */
export type Given = {
  /** Of the statement. */
  name: string;
  /** Rows of (seq, transaction, step, value, receipt, input) for one continuation each. */
  rows: string;
  /** CTEs that go along, each after a `), `; the CTE `opened` is empty when nothing was added. */
  also?: string;
  /** From $5 on. */
  values: readonly unknown[];
};

export type Added = { transactionId: string; number: number; receiptId: string | null };

type ResumedPlace = Pick<Resumption, "transactionId" | "stepId">;

const spansOf = (places: readonly ResumedPlace[]) => spanOf(places.map(({ transactionId }) => transactionId));

/**
 * Takes the jobs of transactions, or makes them one each (held where an incident holds the cycle), and keeps them until the end of
 * the database transaction: so continuations of one transaction come one after another, and none comes while a worker writes that
 * it has ended. Everything that locks more than the job locks it first. Whoever takes several has those that are there already
 * (meet-transactions.ts); others are made in one order, day by day.
 */
async function takeJobs(db: Db, places: readonly ResumedPlace[]): Promise<void> {
  const steps = new Map<string, string>();
  for (const { transactionId, stepId } of places) {
    if (!steps.has(transactionId)) steps.set(transactionId, stepId);
  }
  const span = spansOf(places);
  await runOnDay(db, {
    name: "take-jobs",
    spans: [span],
    text: takeJobsText,
    values: [arrayOf([...steps.keys()]), textArrayOf([...steps.values()]), ...span],
    timeoutMs: TIMEOUT_MS,
  });
}

const takeJobsText = ({ table, between }: Place) => `
  WITH target AS MATERIALIZED (
    SELECT t.id, t."accountId", t."cycleId", t.seq, place.step, CASE WHEN synchronous AND response IS NULL THEN 0 ELSE 1 END AS lane
    FROM unnest($1::uuid[], $2::text[]) AS place(id, step)
    JOIN ${table("Transaction")} AS t ON t.id = ANY (ARRAY[place.id]) AND ${between("t.id", "$3", "$4")}
  ), ${lastingHolds(`ARRAY(SELECT "accountId" FROM target)`)}
  INSERT INTO "Job" AS job ("accountId", "cycleId", lane, seq, "transactionId", "runAt", "stepId", status)
  SELECT "accountId", "cycleId", lane, seq, id, now(), step,
    CASE WHEN EXISTS (
      SELECT FROM hold WHERE ${isHeldBy("hold", `target."accountId"`, `target."cycleId"`, "target.step")}
    ) THEN 'HELD' ELSE 'READY' END::"JobStatus"
  FROM target ORDER BY seq
  ON CONFLICT (seq) DO UPDATE SET
    "runAt" = CASE WHEN job.status = 'WAITING' THEN excluded."runAt" ELSE job."runAt" END,
    status = CASE WHEN job.status = 'WAITING' THEN 'READY' ELSE job.status END`;

/**
 * Adds continuations to those of a transaction, in the order of `seq`; a worker takes them in that order. Call it inside a
 * database transaction, and undo that when it gives fewer than there were to add: the transaction is gone or cancelled, or does not
 * wait for this any more.
 *
 * @param place where they go on
 */
export async function addGiven(db: Db, origin: Origin, place: ResumedPlace, given: Given): Promise<Added[]> {
  await takeJobs(db, [place]);
  return add(db, origin, [place], given);
}

/** By itself behind `takeJobs`: it sees what was stored by whoever had a job before. */
function add(
  db: Db,
  { source, createdBy }: Origin,
  places: readonly ResumedPlace[],
  { name, rows, also = "", values }: Given,
): Promise<Added[]> {
  const span = spansOf(places);
  return runOnDay<Added>(db, {
    name,
    spans: [span],
    text: (place) => addText(place, rows, also),
    values: [source, createdBy, ...span, ...values],
    timeoutMs: TIMEOUT_MS,
  });
}

const addText = ({ table, between }: Place, rows: string, also: string) => `
  WITH given AS MATERIALIZED (${rows}
  ), discarded_before AS MATERIALIZED (
    SELECT t.id FROM ${table("Transaction")} AS t
    WHERE t.id = ANY (ARRAY(SELECT transaction FROM given)) AND ${between("t.id", "$3", "$4")} AND t.state = 'DISCARDED'
  ), reached AS (
    UPDATE "ReachedWebhook" AS r SET held = false, until = NULL
    FROM (SELECT DISTINCT transaction, step, value FROM given) AS place
    WHERE r."transactionId" = ANY (ARRAY[place.transaction]) AND r."stepId" = place.step
      AND (place.value IS NULL OR r.value = place.value) AND ($1 <> 'TIMEOUT' OR r.until <= now())
    RETURNING r."transactionId" AS id, r."stepId" AS step
  ), opened AS (
    UPDATE ${table("Transaction")} AS t SET state = CASE WHEN t.state = 'RUNNING' THEN t.state ELSE 'QUEUED' END,
      "endedAt" = NULL, error = NULL, "errorStepId" = NULL
    FROM (SELECT DISTINCT id FROM reached) AS place
    WHERE t.id = ANY (ARRAY[place.id]) AND ${between("t.id", "$3", "$4")} AND t.state <> 'CANCELLED'
    RETURNING t.id, t.seq
  ), added AS (
    INSERT INTO "Continuation" ("transactionId", number, "stepId", source, "receiptId", input, "createdBy")
    SELECT given.transaction, newest.number + row_number() OVER (PARTITION BY given.transaction ORDER BY given.seq), given.step,
      $1::"ContinuationSource", given.receipt, given.input, $2::uuid
    FROM given
    JOIN opened ON opened.id = given.transaction
    JOIN reached ON reached.id = given.transaction AND reached.step = given.step
    CROSS JOIN LATERAL (
      SELECT coalesce((
        SELECT number FROM "Continuation" WHERE "transactionId" = given.transaction ORDER BY number DESC LIMIT 1
      ), 0) AS number
    ) AS newest
    RETURNING "transactionId", number, "receiptId"
  ), discarded AS (
    UPDATE "Continuation" AS c SET state = 'DISCARDED' FROM discarded_before, opened
    WHERE opened.id = discarded_before.id AND c."transactionId" = ANY (ARRAY[opened.id]) AND c.state = 'QUEUED'
  ), queued AS (
    UPDATE "Job" AS job SET continuations = newest.number
    FROM (
      SELECT opened.seq, max(added.number) AS number FROM added JOIN opened ON opened.id = added."transactionId" GROUP BY opened.seq
    ) AS newest
    WHERE job.seq = ANY (ARRAY[newest.seq])
  ${also})
  SELECT "transactionId", number, "receiptId", pg_notify('${channels.jobs}', '') FROM added`;

/** The rows of several that are given as arrays. */
const GIVEN_ROWS = `
    SELECT seq, transaction, step, value, receipt, input::json AS input
    FROM unnest($5::uuid[], $6::text[], $7::text[], $8::uuid[], $9::text[])
      WITH ORDINALITY AS given(transaction, step, value, receipt, input, seq)`;

type Continued = Omit<NewContinuation, keyof Origin>;

/** By the days of their transactions, oldest first. */
function byDay(continuations: readonly Continued[]): Continued[][] {
  const days = new Map<number, Continued[]>();
  for (const continuation of continuations) {
    const day = dayOf(continuation.transactionId);
    const others = days.get(day);
    if (others) others.push(continuation);
    else days.set(day, [continuation]);
  }
  return [...days].sort(([a], [b]) => a - b).map(([, ofDay]) => ofDay);
}

/**
 * Adds continuations to those of transactions, for each in their order, as `addGiven` does. Each day has statements of its own: one
 * for all would look into the partitions of all days for each transaction.
 */
export async function addContinuations(db: Db, origin: Origin, continuations: readonly Continued[]): Promise<Added[]> {
  const days = byDay(continuations);
  for (const ofDay of days) await takeJobs(db, ofDay);
  const added: Added[] = [];
  for (const ofDay of days) {
    const values = [
      arrayOf(ofDay.map(({ transactionId }) => transactionId)),
      textArrayOf(ofDay.map(({ stepId }) => stepId)),
      textColumnOf(ofDay.map(({ value }) => value)),
      arrayOf(ofDay.map(({ receiptId }) => receiptId)),
      textColumnOf(ofDay.map(({ input }) => input)),
    ];
    added.push(...(await add(db, origin, ofDay, { name: "add-continuations", rows: GIVEN_ROWS, values })));
  }
  return added;
}

/**
 * Adds one continuation, as `addGiven` does.
 *
 * @returns its number, from 1; undefined when it was not added
 */
export async function addContinuation(db: Db, { source, createdBy, ...continuation }: NewContinuation) {
  const [added] = await addContinuations(db, { source, createdBy }, [continuation]);
  return added?.number;
}
