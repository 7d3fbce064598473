import type { Decision } from "@/lib/core/decide";
import { channels } from "./channels";
import { type Place, runOnDay } from "./day-statement";
import { spanOf } from "./id-span";
import { arrayOf, PackedRows, textArrayOf } from "./packed-rows";
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
};

/** `owned` is false when the job was another's by then: nothing was changed. */
export type Settled = { owned: boolean; cancelAsked: boolean };

/**
 * Writes where many transactions of one worker stand: their state, what their steps did, and what becomes of their jobs. One
 * statement, all or nothing. An entry changes nothing at all unless its job is still claimed by this worker under this
 * claim's number. Settling one again after a lost answer changes nothing either. Gives one result for each entry, in their order.
 */
export async function settleTransactions(
  pool: Db,
  { workerId, entries }: { workerId: string; entries: readonly SettleEntry[] },
): Promise<Settled[]> {
  const packed = new PackedRows();
  const list = <T extends string | number | boolean | null>(value: (entry: SettleEntry) => T) =>
    arrayOf(entries.map(value));
  const pieces = entries.map((entry) => [
    packed.position,
    packed.add(storable(entry.error)),
    packed.add(entry.response),
    packed.add(entry.checkpoint?.steps ?? null),
    packed.add(entry.checkpoint?.waits ?? null),
  ]);
  const span = spanOf(entries.map((entry) => entry.transactionId));
  const rows = await runOnDay<Settled & { seq: number }>(pool, {
    name: "settle",
    spans: [span],
    text: settleText,
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
      textArrayOf(entries.map((entry) => entry.errorStepId)),
      list((entry) => entry.checkpoint?.number ?? null),
      list((entry) => entry.tellDoors),
      ...[0, 1, 2, 3, 4].map((index) => arrayOf(pieces.map((piece) => piece[index] ?? null))),
      ...span,
    ],
    timeoutMs: TIMEOUT_MS,
  });
  const bySeq = new Map(rows.map((row) => [row.seq, row]));
  return entries.map((entry) => bySeq.get(entry.seq) ?? { owned: false, cancelAsked: false });
}

/** PostgreSQL's texts know no NUL. */
const storable = (text: string | null) => text?.replaceAll("\u0000", "") ?? null;

/** One of the pieces that lie end to end from `at`. */
const cut = (name: string, ...before: string[]) =>
  `convert_from(substring($1::bytea FROM given.at ${before.map((piece) => `+ coalesce(${piece}, 0) `).join("")}FOR ${name}), 'UTF8')`;

/** A job with an owner is CLAIMED (a CHECK says so). Asking for the status as well would lead the planner past the primary key. */
const mine = `job.seq = given.seq AND job."lockedBy" = $2::uuid AND job.claim = given.claim`;

const settleText = ({ table, between }: Place) => `
  WITH given AS MATERIALIZED (
    SELECT * FROM unnest($3::bigint[], $4::int[], $5::uuid[], $6::text[], $7::float8[], $8::text[], $9::float8[],
      $10::float8[], $11::text[], $12::int[], $13::boolean[], $14::int[], $15::int[], $16::int[], $17::int[], $18::int[])
      AS given(seq, claim, id, job, run_at, state, started, ended, error_step, number, tell, at, error_length,
        response_length, steps_length, waits_length)
  ), gone AS (
    DELETE FROM "Job" AS job USING given WHERE given.job = 'delete' AND ${mine} RETURNING given.*
  ), moved AS (
    UPDATE "Job" AS job SET status = CASE given.job WHEN 'wait' THEN 'WAITING' ELSE 'READY' END::"JobStatus",
      "runAt" = coalesce(to_timestamp(given.run_at / 1000.0), job."runAt"), "lockedBy" = NULL,
      rescues = CASE given.job WHEN 'wait' THEN 0 ELSE least(job.rescues, ${ON_TRIAL}) END
    FROM given WHERE given.job IN ('wait', 'ready') AND ${mine} RETURNING given.*
  ), kept AS (
    SELECT given.* FROM "Job" AS job JOIN given ON ${mine} WHERE given.job = 'keep' FOR NO KEY UPDATE OF job
  ), owned AS MATERIALIZED (
    SELECT * FROM gone UNION ALL SELECT * FROM moved UNION ALL SELECT * FROM kept
  ), settled AS (
    UPDATE ${table("Transaction")} AS t
    SET state = given.state::"TransactionState",
      "startedAt" = coalesce(t."startedAt", to_timestamp(given.started / 1000.0)),
      "endedAt" = to_timestamp(given.ended / 1000.0), "errorStepId" = given.error_step, error = ${cut("error_length")},
      response = coalesce(${cut("response_length", "error_length")}::json, t.response)
    FROM owned AS given
    WHERE t.id = given.id AND ${between("t.id", "$19", "$20")}
    RETURNING given.seq, t.id, t."cancelAsked", given.tell, t.state, t.response
  ), stored AS (
    INSERT INTO ${table("Checkpoint")} ("transactionId", number, steps, waits)
    SELECT given.id, given.number, ${cut("steps_length", "error_length", "response_length")}::json,
      ${cut("waits_length", "error_length", "response_length", "steps_length")}::json
    FROM owned AS given
    WHERE given.number IS NOT NULL
    ON CONFLICT ("transactionId", number) DO NOTHING
  ), told AS (
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
  SELECT seq::float8 AS seq, true AS owned, "cancelAsked" FROM settled, told`;
