import type { Decision } from "@/lib/core/decide";
import { channels } from "./channels";
import { type Place, runOnDay } from "./day-statement";
import { spanOf } from "./id-span";
import { arrayOf, columnOf, PackedRows, textArrayOf, textColumnOf } from "./packed-rows";
import type { Db } from "./statement";
import { ON_TRIAL } from "./trial";

const TIMEOUT_MS = 30_000;

/** PostgreSQL takes less than 8,000 bytes in one notification: half of it for a reply, and what begins below half goes along. */
const REPLY_BYTES = 3_900;

/** Where a claimed transaction stands now. JSON is text. */
export type SettleEntry = Decision & {
  seq: number;
  claim: number;
  transactionId: string;
  /** Milliseconds since 1970. An earlier start is kept. */
  startedAt: number;
  endedAt: number | null;
  /** SyncResponse; null leaves what is there. */
  response: string | null;
  /** What was done since the last checkpoint, and the waits open now; null when nothing is to be stored. */
  checkpoint: { number: number; steps: string; waits: string } | null;
  /** Somebody waits for the answer: tell the doors. */
  tellDoors: boolean;
  /** Of a transaction that can be held at a mid-cycle webhook. */
  midCycle?: MidCycleNews;
};

/** Where a transaction stands with the mid-cycle webhooks of its cycle. */
export type MidCycleNews = {
  accountId: string;
  cycleId: string;
  /** Numbers of the newest continuation that it has gone by, and that it knows of. What comes after makes its job ready again. */
  taken: number;
  known: number;
  /** Ids of the steps that hold it now. */
  held: readonly string[];
  /** Those of them that began to since the last checkpoint. `value` is a key (match-key.ts), times are milliseconds since 1970. */
  opened: readonly { stepId: string; value: string | null; since: number; until: number | null }[];
};

/**
 * `owned` is false when the job was another's by then: nothing was changed. `cancelled`: it was to be held, and was cancelled
 * instead (settle-arrivals.ts).
 */
export type Settled = { owned: boolean; cancelAsked: boolean; cancelled?: boolean };

/**
 * Writes where many transactions of one worker stand: their state, what their steps did, and what becomes of their jobs. One
 * statement, all or nothing. An entry changes nothing at all unless its job is still claimed by this worker under this
 * claim's number. Settling one again after a lost answer changes nothing either. Gives one result for each entry, in their order.
 */
export async function settleTransactions(
  pool: Db,
  { workerId, entries }: { workerId: string; entries: readonly SettleEntry[] },
): Promise<Settled[]> {
  const kind = kindOf(entries);
  const packed = new PackedRows();
  const list = <T extends string | number | boolean | null>(value: (entry: SettleEntry) => T) =>
    columnOf(entries.map(value));
  const starts: number[] = [];
  const errors: (number | null)[] = [];
  const responses: (number | null)[] = [];
  const steps: (number | null)[] = [];
  const waits: (number | null)[] = [];
  for (const { error, response, checkpoint } of entries) {
    starts.push(packed.position);
    errors.push(packed.add(storable(error)));
    responses.push(packed.add(response));
    steps.push(packed.add(checkpoint?.steps ?? null));
    waits.push(packed.add(checkpoint?.waits ?? null));
  }
  const span = spanOf(entries.map((entry) => entry.transactionId));
  const rows = await runOnDay<Settled & { seq: number }>(pool, {
    name: `settle-${kind}`,
    spans: [span],
    text: texts[kind],
    values: [
      packed.bytes(),
      workerId,
      list((entry) => entry.seq),
      list((entry) => entry.claim),
      list((entry) => entry.transactionId),
      list((entry) => entry.job),
      list((entry) => entry.runAt),
      list((entry) => entry.state),
      list((entry) => entry.startedAt),
      list((entry) => entry.endedAt),
      textColumnOf(entries.map((entry) => entry.errorStepId)),
      list((entry) => entry.checkpoint?.number ?? null),
      list((entry) => entry.tellDoors),
      ...[starts, errors, responses, steps, waits].map((column) => columnOf(column)),
      ...span,
      ...(kind === "mid-cycle" ? midCycleParameters(entries) : []),
    ],
    timeoutMs: TIMEOUT_MS,
  });
  const bySeq = new Map(rows.map((row) => [row.seq, row]));
  return entries.map((entry) => bySeq.get(entry.seq) ?? { owned: false, cancelAsked: false });
}

/** `ended`: all jobs go, which is most of what there is to settle, and has a smaller plan. */
type Kind = "any" | "ended" | "mid-cycle";

function kindOf(entries: readonly SettleEntry[]): Kind {
  if (entries.some((entry) => entry.midCycle !== undefined)) return "mid-cycle";
  return entries.every((entry) => entry.job === "delete") ? "ended" : "any";
}

/** The last number of all: whatever continuation there is, it has been seen. */
const EVERY = 2_147_483_647;

/** What a transaction that ends without having run says: that it was cancelled. */
export const unbegunMidCycle = (ids: { accountId: string; cycleId: string }): MidCycleNews => ({
  ...ids,
  taken: EVERY,
  known: EVERY,
  held: [],
  opened: [],
});

function midCycleParameters(entries: readonly SettleEntry[]): string[] {
  const arrivals = entries.flatMap(({ seq, midCycle }) =>
    (midCycle?.opened ?? []).map((opened) => ({ ...opened, ...midCycle!, seq })),
  );
  return [
    arrayOf(entries.map(({ state, midCycle }) => (state === "CANCELLED" ? EVERY : (midCycle?.taken ?? 0)))),
    arrayOf(entries.map(({ midCycle }) => midCycle?.known ?? 0)),
    textArrayOf(entries.map(({ midCycle }) => midCycle?.held.join(" ") ?? null)),
    arrayOf(arrivals.map((arrival) => arrival.seq)),
    textArrayOf(arrivals.map((arrival) => arrival.stepId)),
    arrayOf(arrivals.map((arrival) => arrival.accountId)),
    arrayOf(arrivals.map((arrival) => arrival.cycleId)),
    textArrayOf(arrivals.map((arrival) => arrival.value)),
    arrayOf(arrivals.map((arrival) => arrival.since)),
    arrayOf(arrivals.map((arrival) => arrival.until)),
  ];
}

/** PostgreSQL's texts know no NUL. */
const storable = (text: string | null) => text?.replaceAll("\u0000", "") ?? null;

/** One of the pieces that lie end to end from `at`. */
const cut = (name: string, ...before: string[]) =>
  `convert_from(substring($1::bytea FROM given.at ${before.map((piece) => `+ coalesce(${piece}, 0) `).join("")}FOR ${name}), 'UTF8')`;

/** A job with an owner is CLAIMED (a CHECK says so). Asking for the status as well would lead the planner past the primary key. */
const mine = `job.seq = ANY (ARRAY[given.seq]) AND job."lockedBy" = $2::uuid AND job.claim = given.claim`;

const ENTRIES = `SELECT * FROM unnest($3::bigint[], $4::int[], $5::uuid[], $6::text[], $7::float8[], $8::text[], $9::float8[],
      $10::float8[], $11::text[], $12::int[], $13::boolean[], $14::int[], $15::int[], $16::int[], $17::int[], $18::int[])
      AS given(seq, claim, id, job, run_at, state, started, ended, error_step, number, tell, at, error_length,
        response_length, steps_length, waits_length)`;

const GIVEN = `given AS MATERIALIZED (
    ${ENTRIES}`;

const GIVEN_MID_CYCLE = `entry AS MATERIALIZED (
    SELECT * FROM (${ENTRIES}) AS given JOIN unnest($3::bigint[], $21::int[], $22::int[], $23::text[]) AS news(seq, taken, known, held) USING (seq)
  ), locked AS MATERIALIZED (
    SELECT job.seq, job.continuations FROM "Job" AS job JOIN entry AS given ON ${mine} FOR UPDATE OF job
  ), given AS MATERIALIZED (
    SELECT entry.seq, claim, id, CASE WHEN again THEN 'ready' ELSE job END AS job, run_at,
      CASE WHEN again THEN 'QUEUED' ELSE state END AS state, started, CASE WHEN again THEN NULL ELSE ended END AS ended,
      CASE WHEN again THEN NULL ELSE error_step END AS error_step, number, tell, at, error_length, response_length, steps_length,
      waits_length, taken, held, again
    FROM entry JOIN locked USING (seq) CROSS JOIN LATERAL (
      SELECT job IN ('delete', 'wait') AND state <> 'CANCELLED'
        AND locked.continuations > CASE job WHEN 'wait' THEN known ELSE taken END AS again
    ) AS more`;

/**
 * Rows of "ReachedWebhook" and "Continuation"; those of a cancelled transaction match nothing any more. One continuation is taken at a
 * time, or every one there is: those below a single one have been, and are not looked at again.
 */
const MID_CYCLE = `), taken AS (
    UPDATE "Continuation" AS c SET state = CASE owned.state WHEN 'CANCELLED' THEN 'DISCARDED' ELSE 'TAKEN' END::"ContinuationState"
    FROM owned WHERE c."transactionId" = ANY (ARRAY[owned.id]) AND c.state = 'QUEUED'
      AND c.number BETWEEN CASE owned.taken WHEN ${EVERY} THEN 1 ELSE owned.taken END AND owned.taken
  ), opened AS (
    INSERT INTO "ReachedWebhook" ("transactionId", "stepId", "accountId", "cycleId", seq, value, held, since, until)
    SELECT owned.id, step, account, cycle, owned.seq, value, step = ANY (string_to_array(owned.held, ' ')),
      to_timestamp(since / 1000.0),
      CASE WHEN step = ANY (string_to_array(owned.held, ' ')) THEN to_timestamp(opened_until / 1000.0) END
    FROM unnest($24::bigint[], $25::text[], $26::uuid[], $27::uuid[], $28::text[], $29::float8[], $30::float8[])
      AS arrival(seq, step, account, cycle, value, since, opened_until)
    JOIN owned ON owned.seq = arrival.seq AND owned.state <> 'CANCELLED'
    ON CONFLICT ("transactionId", "stepId") DO UPDATE
      SET value = excluded.value, held = excluded.held, since = excluded.since, until = excluded.until
  ), closed AS (
    UPDATE "ReachedWebhook" AS r SET held = false, until = NULL FROM owned
    WHERE r."transactionId" = owned.id AND r.held AND owned.state <> 'CANCELLED'
      AND r."stepId" <> ALL (string_to_array(owned.held, ' '))
  ), forgotten AS (
    DELETE FROM "ReachedWebhook" AS r USING owned WHERE r."transactionId" = owned.id AND owned.state = 'CANCELLED'
  `;

/** A job that is ready again is told of. */
const WOKEN = `, (SELECT pg_notify('${channels.jobs}', '') FROM owned WHERE again LIMIT 1)`;

/** The jobs that are still this worker's, changed, with what is given of them. */
const OWNED = `gone AS (
    DELETE FROM "Job" AS job USING given WHERE given.job = 'delete' AND ${mine} RETURNING given.*
  ), moved AS (
    UPDATE "Job" AS job SET status = CASE given.job WHEN 'wait' THEN 'WAITING' ELSE 'READY' END::"JobStatus",
      "runAt" = coalesce(to_timestamp(given.run_at / 1000.0), job."runAt"), "lockedBy" = NULL,
      rescues = CASE given.job WHEN 'wait' THEN 0 ELSE least(job.rescues, ${ON_TRIAL}) END
    FROM given WHERE given.job IN ('wait', 'ready') AND ${mine} RETURNING given.*
  ), kept AS (
    SELECT given.* FROM "Job" AS job JOIN given ON ${mine} WHERE given.job = 'keep' FOR NO KEY UPDATE OF job
  ), owned AS MATERIALIZED (
    SELECT * FROM gone UNION ALL SELECT * FROM moved UNION ALL SELECT * FROM kept`;

const OWNED_ENDED = `owned AS (
    DELETE FROM "Job" AS job USING given WHERE ${mine} RETURNING given.*`;

/** What a statement has beside what all have. */
type Parts = { given?: string; owned?: string; more?: string; also?: string };

const settleText = ({ table, between }: Place, { given = GIVEN, owned = OWNED, more = "", also = "" }: Parts) => `
  WITH ${given}
  ), ${owned}
  ), settled AS (
    UPDATE ${table("Transaction")} AS t
    SET state = given.state::"TransactionState",
      "startedAt" = coalesce(t."startedAt", to_timestamp(given.started / 1000.0)),
      "endedAt" = to_timestamp(given.ended / 1000.0), "errorStepId" = given.error_step, error = ${cut("error_length")},
      response = coalesce(${cut("response_length", "error_length")}::json, t.response)
    FROM owned AS given
    WHERE t.id = ANY (ARRAY[given.id]) AND ${between("t.id", "$19", "$20")}
    RETURNING given.seq, t.id, t."cancelAsked", given.tell, t.state, t.response
  ), stored AS (
    INSERT INTO ${table("Checkpoint")} ("transactionId", number, steps, waits)
    SELECT given.id, given.number, ${cut("steps_length", "error_length", "response_length")}::json,
      ${cut("waits_length", "error_length", "response_length", "steps_length")}::json
    FROM owned AS given
    WHERE given.number IS NOT NULL
    ON CONFLICT ("transactionId", number) DO NOTHING
  ${more}), told AS (
    SELECT count(pg_notify('${channels.replies}', '[' || replies || ']')) AS messages
    FROM (
      SELECT string_agg(reply, ',') AS replies
      FROM (
        SELECT reply, sum(octet_length(reply) + 1) OVER (ORDER BY seq) / ${REPLY_BYTES} AS message
        FROM (
          SELECT seq, CASE WHEN octet_length(whole) > ${REPLY_BYTES} THEN json_build_array(id)::text ELSE whole END AS reply
          FROM (SELECT seq, id, json_build_array(id, state, response)::text AS whole FROM settled WHERE tell) AS told
        ) AS sized
      ) AS numbered
      GROUP BY message
    ) AS messages
  )
  SELECT seq::float8 AS seq, true AS owned, "cancelAsked"${also} FROM settled, told`;

const texts: Record<Kind, (place: Place) => string> = {
  any: (place) => settleText(place, {}),
  ended: (place) => settleText(place, { owned: OWNED_ENDED }),
  // A continuation that came meanwhile is on the job: the row is read after it is locked, so none is missed.
  "mid-cycle": (place) => settleText(place, { given: GIVEN_MID_CYCLE, more: MID_CYCLE, also: WOKEN }),
};
