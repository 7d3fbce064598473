import { channels } from "./channels";
import { ON_TRIAL } from "./trial";

/** The setting in which a claim leaves the ids of its transactions to the statement behind it, but not of those on trial. */
export const CLAIMED = "spoke.claimed";

/** How long another worker may take to claim what this one defers to it for, in milliseconds. */
const DEFER_MS = 400;

/** Cycles of a lane that one claim looks at; the next one goes on behind them. */
const CYCLES_PER_WALK = 256;

const NO_CYCLE = "'00000000-0000-0000-0000-000000000000'::uuid";

/** Cycles that have ready jobs in a lane, by one look at the index for each: those behind `after`, in the order of their ids. */
function walk(name: string, lane: 0 | 1, after: string): string {
  const next = (behind: string) =>
    `SELECT "cycleId" FROM "Job"
      WHERE status = 'READY' AND lane >= ${lane} AND lane <= ${lane} AND "cycleId" > ${behind} ORDER BY lane, "cycleId" LIMIT 1`;
  return `${name}("cycleId", n) AS (
    (SELECT *, 1 FROM (${next(after)}) AS first)
    UNION ALL
    SELECT (${next(`${name}."cycleId"`)}), n + 1 FROM ${name} WHERE "cycleId" IS NOT NULL AND n < ${CYCLES_PER_WALK}
  )`;
}

/**
 * The ready jobs of one cycle and lane, oldest first. Lane and cycle are asked for as ranges, and ordered by, although each is
 * one: the plan is made once for all claims, and must not take it for a good idea to walk another index and filter.
 */
export const readyJobs = (lane: string, cycleId: string, last: string) => `
  FROM "Job" AS job
  WHERE job.status = 'READY' AND job.lane >= ${lane} AND job.lane <= ${lane}
    AND job."cycleId" >= ${cycleId} AND job."cycleId" <= ${cycleId} AND job.seq <= ${last}
  ORDER BY job.lane, job."cycleId", job.seq`;

/** Takes the jobs of the CTE `picked` for the worker $1. */
export const TAKE_PICKED = `UPDATE "Job" AS job SET status = 'CLAIMED', claim = job.claim + 1, "lockedBy" = $1::uuid
    WHERE job.seq = ANY (ARRAY(SELECT seq FROM picked))
    RETURNING job.seq, job."transactionId", job."accountId", job."cycleId", job.lane, job.claim, job.rescues`;

/** The jobs of the CTE `claimed`, as claim.ts reads them. */
export const CLAIMED_JOBS = `coalesce((
      SELECT json_agg(json_build_array(seq, "transactionId", "accountId", "cycleId", lane, claim, rescues) ORDER BY seq) FROM claimed
    ), '[]')`;

/** Leaves the CTE `claimed` in the setting `CLAIMED`. */
export const NOTE_CLAIMED = `set_config('${CLAIMED}', coalesce((
    SELECT string_agg("transactionId"::text, ',' ORDER BY seq) FROM claimed WHERE rescues < ${ON_TRIAL}
  ), ''), false) IS NOT NULL AS noted`;

/**
 * $1 worker, $2-$6 what it holds (cycle, lane, waiting, running, ahead), $7 its free slots, $8 those of them for the normal
 * lane, $9 and $10 the cycles behind which to begin in each lane, $11 whether it defers to another worker. A unit is one slot that could be given out; units take turns.
 */
export const CLAIM = `
  WITH RECURSIVE held AS MATERIALIZED (
    SELECT * FROM unnest($2::uuid[], $3::smallint[], $4::int[], $5::int[], $6::int[], $11::boolean[])
      AS held("cycleId", lane, waiting, running, ahead, defers)
  ), live AS MATERIALIZED (
    SELECT greatest(count(*), 1)::int AS workers, array_agg(id) AS ids, coalesce(bool_or(id = $1::uuid), false) AS alive
    FROM "Worker" WHERE "aliveUntil" > now()
  ), others AS MATERIALIZED (
    SELECT "cycleId", "accountId", slots FROM "Grant" WHERE "workerId" <> $1::uuid
  ), ${walk("sync_walk", 0, "$9::uuid")}, ${walk("walk", 1, "$10::uuid")}, pair AS MATERIALIZED (
    SELECT "cycleId", 0::smallint AS lane FROM sync_walk WHERE "cycleId" IS NOT NULL
    UNION SELECT "cycleId", 1::smallint FROM walk WHERE "cycleId" IS NOT NULL
    UNION SELECT "cycleId", lane FROM held WHERE waiting > 0 OR running > 0
  ), cycle AS MATERIALIZED (
    SELECT cycle.id, cycle."accountId", cycle.state, cycle."finishSeq", cycle."parallelLimit" AS "limit",
      account."parallelLimit" AS account_limit,
      cycle.state IN ('RUNNING', 'FINISHING') AND cycle."deletedAt" IS NULL AS runs,
      cycle."runOnce" OR cycle."parallelLimit" = 1 AS strict, cycle."runOnce" AS once,
      CASE WHEN cycle.state = 'FINISHING' THEN cycle."finishSeq" ELSE 9223372036854775807 END AS last_seq,
      least(
        cycle."parallelLimit" - (SELECT coalesce(sum(slots), 0) FROM others WHERE others."cycleId" = cycle.id),
        ceil(cycle."parallelLimit"::float8 / live.workers)
      )::int AS may,
      (SELECT coalesce(sum(running), 0)::int FROM held WHERE held."cycleId" = cycle.id) AS running
    FROM "Cycle" AS cycle
    JOIN "Account" AS account ON account.id = cycle."accountId"
    CROSS JOIN live
    WHERE cycle.id = ANY (ARRAY(SELECT DISTINCT "cycleId" FROM pair))
  ), account AS MATERIALIZED (
    SELECT "accountId", sum(running)::int AS running,
      (SELECT coalesce(sum(slots), 0)::int FROM others WHERE others."accountId" = cycle."accountId") AS others
    FROM cycle GROUP BY "accountId"
  ), ready AS MATERIALIZED (
    SELECT cycle.*, pair.lane, coalesce(held.waiting, 0) AS waiting, coalesce(held.running, 0) AS lane_running,
      coalesce(held.ahead, 1) AS ahead, bound.seq AS last, coalesce(jobs.head, 0) AS head, jobs.since, jobs.deferred,
      CASE WHEN jobs.deferred THEN 0 ELSE jobs.jobs END AS jobs
    FROM pair
    JOIN cycle ON cycle.id = pair."cycleId"
    LEFT JOIN held ON held."cycleId" = pair."cycleId" AND held.lane = pair.lane
    CROSS JOIN LATERAL (
      SELECT least(cycle.last_seq, CASE WHEN cycle.strict THEN (
        SELECT job.seq - 1 ${readyJobs("1 - pair.lane", "cycle.id", "cycle.last_seq")} LIMIT 1
      ) END) AS seq
    ) AS bound
    CROSS JOIN LATERAL (
      SELECT count(*)::int AS jobs, min(seq) AS head, min("runAt") AS since,
        coalesce(held.defers AND min("runAt") > now() - interval '${DEFER_MS} ms', false) AS deferred
      FROM (
        SELECT job.seq, job."runAt" ${readyJobs("pair.lane", "cycle.id", "bound.seq")}
        LIMIT CASE WHEN cycle.once THEN 1 ELSE greatest(cycle.may, 0) END
      ) AS job
    ) AS jobs
    WHERE cycle.runs AND cycle.may > 0 AND NOT (cycle.strict AND jobs.head IS NOT NULL AND jobs.head > coalesce((
      SELECT older.seq FROM "Job" AS older
      WHERE older.status = 'WAITING' AND older."cycleId" >= cycle.id AND older."cycleId" <= cycle.id
      ORDER BY older."cycleId", older.seq LIMIT 1
    ), jobs.head))
  ), unit AS (
    SELECT ready.*, row_number() OVER (PARTITION BY ready.id ORDER BY ready.lane, slot) AS cycle_turn
    FROM ready CROSS JOIN LATERAL generate_series(1, least(ready.may, ready.waiting + ready.jobs)) AS slot
  ), cycle_unit AS (
    SELECT *, row_number() OVER (PARTITION BY "accountId" ORDER BY lane, running + cycle_turn, head) AS account_turn
    FROM unit WHERE cycle_turn <= may - running
  ), account_unit AS (
    SELECT cycle_unit.*,
      row_number() OVER turns AS turn, sum(lane) OVER (turns ROWS UNBOUNDED PRECEDING) AS normal_turn
    FROM cycle_unit JOIN account ON account."accountId" = cycle_unit."accountId"
    WHERE account_turn <= account_limit - account.others - account.running
    WINDOW turns AS (ORDER BY lane, account.running + account_turn, head)
  ), won AS MATERIALIZED (
    SELECT id, lane, once, last, count(*)::int AS slots, CASE WHEN deferred THEN 0 ELSE 1 END * greatest((count(*)::int + lane_running) * ahead - waiting - lane_running, 0) AS jobs
    FROM account_unit
    WHERE turn <= $7::int AND (lane = 0 OR normal_turn <= $8::int)
    GROUP BY id, lane, once, last, deferred, lane_running, ahead, waiting
  ), picked AS MATERIALIZED (
    SELECT job.seq
    FROM won
    CROSS JOIN live
    CROSS JOIN LATERAL (
      SELECT job.seq ${readyJobs("won.lane", "won.id", "won.last")}
      LIMIT CASE WHEN won.once THEN least(won.jobs, 1) ELSE won.jobs END
      FOR UPDATE SKIP LOCKED
    ) AS job
    WHERE live.alive
  ), claimed AS (
    ${TAKE_PICKED}
  ), slots AS MATERIALIZED (
    SELECT cycle.id, cycle."accountId", cycle."limit", cycle.state, cycle.runs, cycle."finishSeq",
      cycle.running + coalesce((SELECT sum(slots) FROM won WHERE won.id = cycle.id), 0)::int AS slots
    FROM cycle
  ), granted AS (
    INSERT INTO "Grant" ("cycleId", "workerId", "accountId", slots)
    SELECT slots.id, $1::uuid, slots."accountId", slots.slots FROM slots, live WHERE slots.slots > 0 AND live.alive
    ON CONFLICT ("cycleId", "workerId") DO UPDATE SET slots = excluded.slots WHERE "Grant".slots <> excluded.slots
  ), given_back AS (
    DELETE FROM "Grant"
    WHERE "workerId" = $1::uuid AND NOT EXISTS (SELECT FROM slots WHERE slots.id = "Grant"."cycleId" AND slots.slots > 0)
  ), last_run AS (
    UPDATE "Cycle" SET state = 'FINISHING', "runOnce" = false,
      "finishSeq" = (SELECT min(seq) FROM claimed WHERE claimed."cycleId" = "Cycle".id)
    WHERE "Cycle".id = ANY (ARRAY(
      SELECT cycle.id FROM cycle JOIN claimed ON claimed."cycleId" = cycle.id WHERE cycle.once AND cycle.state = 'RUNNING'
    )) AND "Cycle"."runOnce" AND "Cycle".state = 'RUNNING'
    RETURNING "Cycle".id, "Cycle"."finishSeq"
  ), told AS (
    SELECT count(pg_notify('${channels.cycles}', id::text)) FROM last_run
  )
  SELECT json_build_object(
    'alive', (SELECT alive FROM live),
    'now', extract(epoch FROM clock_timestamp()) * 1000,
    'workers', coalesce((SELECT to_json(ids) FROM live), '[]'),
    'leftForMs', (
      SELECT extract(epoch FROM min(since) + interval '${DEFER_MS} ms' - now()) * 1000 FROM ready WHERE deferred
    ),
    'jobs', ${CLAIMED_JOBS},
    'cycles', coalesce((
      SELECT json_agg(json_build_object(
        'id', slots.id, 'slots', slots.slots, 'limit', slots."limit",
        'state', CASE WHEN last_run.id IS NOT NULL THEN 'FINISHING' WHEN slots.runs THEN slots.state ELSE 'STOPPED' END,
        'finishSeq', coalesce(last_run."finishSeq", slots."finishSeq")
      ))
      FROM slots LEFT JOIN last_run ON last_run.id = slots.id
      WHERE slots.slots > 0 OR EXISTS (SELECT FROM held WHERE held."cycleId" = slots.id)
    ), '[]'),
    'holds', coalesce((
      SELECT json_agg(json_build_object('accountId', "accountId", 'cycleId', "cycleId", 'stepId', "stepId", 'throughSeq', "throughSeq"))
      FROM "Hold" WHERE "endedAt" IS NULL AND "accountId" = ANY (ARRAY(SELECT "accountId" FROM account))
    ), '[]'),
    'nextCycleIds', json_build_array(
      coalesce((SELECT "cycleId" FROM sync_walk WHERE n = ${CYCLES_PER_WALK}), ${NO_CYCLE}),
      coalesce((SELECT "cycleId" FROM walk WHERE n = ${CYCLES_PER_WALK}), ${NO_CYCLE})
    )
  ) AS claim, ${NOTE_CLAIMED}
  FROM told`;
