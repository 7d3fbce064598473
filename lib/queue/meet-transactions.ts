import type { MatchedValue } from "./continuation";
import { lastingHolds } from "./hold-scope";
import { MOST_KEPT } from "./kept-requests";
import { arrayOf, textArrayOf } from "./packed-rows";
import { type Db, run } from "./statement";

const TIMEOUT_MS = 15_000;

/** What requests with a value meet. */
export type Standing = {
  /** The newest transaction that has reached the step with the value; null: none has. */
  transactionId: string | null;
  /** Another has its job in hand at this moment. */
  isBusy: boolean;
  /** No transaction, and so many requests can't be kept. */
  isFull: boolean;
};

/**
 * Finds what requests with these values meet, and takes the jobs of the transactions that have one until the end of the database
 * transaction. Call it after the values' locks. Several jobs are never waited for: others lock several as well, in orders of their
 * own. Holds are locked before, as those do that end one.
 *
 * @param values each once, with the number of its requests
 * @param waits whether the job is waited for; only with one value
 */
export async function meetTransactions(
  db: Db,
  values: readonly (MatchedValue & { count: number })[],
  { waits }: { waits: boolean },
): Promise<Standing[]> {
  return run<Standing>(db, {
    ...(waits ? MEET_WAITING : MEET),
    values: [
      arrayOf(values.map(({ cycleId }) => cycleId)),
      textArrayOf(values.map(({ stepId }) => stepId)),
      textArrayOf(values.map(({ value }) => value)),
      arrayOf(values.map(({ count }) => count)),
    ],
    timeoutMs: TIMEOUT_MS,
  });
}

const meetText = (wait: string, isBusy: string) => `
  WITH met AS MATERIALIZED (
    SELECT asked.*, newest.* FROM unnest($1::uuid[], $2::text[], $3::text[], $4::int[])
      WITH ORDINALITY AS asked(cycle, step, value, count, place)
    LEFT JOIN LATERAL (
      SELECT r."transactionId", r."accountId", r.seq FROM "ReachedWebhook" AS r
      WHERE r."cycleId" = asked.cycle AND r."stepId" = asked.step AND r.value = asked.value
      ORDER BY r."cycleId" DESC, r."stepId" DESC, r.value DESC, r.seq DESC LIMIT 1
    ) AS newest ON true
  ), ${lastingHolds(`ARRAY(SELECT "accountId" FROM met)`)}, job AS MATERIALIZED (
    SELECT seq FROM "Job" WHERE seq = ANY (ARRAY(SELECT seq FROM met)) AND (SELECT count(*) FROM hold) >= 0
    FOR NO KEY UPDATE ${wait}
  )
  SELECT "transactionId",
    ${isBusy} AS "isBusy",
    "transactionId" IS NULL AND EXISTS (
      SELECT FROM "KeptRequest" AS kept
      WHERE kept."cycleId" = met.cycle AND kept."stepId" = met.step AND kept.value = met.value AND kept.until > now()
      ORDER BY kept."cycleId", kept."stepId", kept.value, kept.seq OFFSET ${MOST_KEPT} - met.count LIMIT 1
    ) AS "isFull"
  FROM met ORDER BY place`;

/** It was there when the statement began, and was not taken. */
const NOT_TAKEN = `met.seq <> ALL (ARRAY(SELECT seq FROM job)) AND EXISTS (SELECT FROM "Job" WHERE "Job".seq = met.seq)`;

const MEET = { name: "meet", text: meetText("SKIP LOCKED", NOT_TAKEN) };
/** Never busy; but a CTE that nothing reads would take no job. */
const MEET_WAITING = { name: "meet-waiting", text: meetText("", "(SELECT count(*) FROM job) < 0") };
