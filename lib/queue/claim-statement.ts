import { channels } from "./channels";

/** Cycles of the normal lane that one claim looks at; the next one goes on behind them. */
const CYCLES_PER_WALK = 256;

/** Cycles of the synchronous lane that one claim looks at. */
const SYNC_CYCLES_PER_WALK = 1_024;

const ready = (lane: 0 | 1, after: string) =>
  `SELECT "cycleId" FROM "Job" WHERE status = 'READY' AND lane = ${lane} AND "cycleId" > ${after} ORDER BY "cycleId" LIMIT 1`;

/**
 * $1 worker, $2-$6 what it holds (cycle, lane, waiting, running, ahead), $7 its free slots, $8 those of them for the normal
 * lane, $9 the cycle behind which to begin. A unit is one slot that could be given out; units take turns.
 */
export const CLAIM = `
  WITH RECURSIVE held AS MATERIALIZED (
    SELECT * FROM unnest($2::uuid[], $3::smallint[], $4::int[], $5::int[], $6::int[])
      AS held("cycleId", lane, waiting, running, ahead)
  ), live AS MATERIALIZED (
    SELECT greatest(count(*), 1)::int AS workers, coalesce(bool_or(id = $1::uuid), false) AS alive
    FROM "Worker" WHERE "aliveUntil" > now()
  ), others AS MATERIALIZED (
    SELECT "cycleId", "accountId", slots FROM "Grant" WHERE "workerId" <> $1::uuid
  ), sync_walk("cycleId", n) AS (
    (SELECT *, 1 FROM (${ready(0, `'00000000-0000-0000-0000-000000000000'::uuid`)}) AS first)
    UNION ALL
    SELECT (${ready(0, `walk."cycleId"`)}), n + 1 FROM sync_walk AS walk
    WHERE walk."cycleId" IS NOT NULL AND n < ${SYNC_CYCLES_PER_WALK}
  ), walk("cycleId", n) AS (
    (SELECT *, 1 FROM (${ready(1, "$9::uuid")}) AS first)
    UNION ALL
    SELECT (${ready(1, `walk."cycleId"`)}), n + 1 FROM walk
    WHERE walk."cycleId" IS NOT NULL AND n < ${CYCLES_PER_WALK}
  ), pair AS MATERIALIZED (
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
    FROM (SELECT DISTINCT "cycleId" FROM pair) AS known
    JOIN "Cycle" AS cycle ON cycle.id = known."cycleId"
    JOIN "Account" AS account ON account.id = cycle."accountId"
    CROSS JOIN live
  ), account AS MATERIALIZED (
    SELECT "accountId", sum(running)::int AS running,
      (SELECT coalesce(sum(slots), 0)::int FROM others WHERE others."accountId" = cycle."accountId") AS others
    FROM cycle GROUP BY "accountId"
  ), ready AS MATERIALIZED (
    SELECT cycle.*, pair.lane, coalesce(held.waiting, 0) AS waiting, coalesce(held.running, 0) AS lane_running,
      coalesce(held.ahead, 1) AS ahead, bound.seq AS last, jobs.jobs, coalesce(jobs.head, 0) AS head
    FROM pair
    JOIN cycle ON cycle.id = pair."cycleId"
    LEFT JOIN held ON held."cycleId" = pair."cycleId" AND held.lane = pair.lane
    CROSS JOIN LATERAL (
      SELECT least(cycle.last_seq, CASE WHEN cycle.strict THEN (
        SELECT other.seq - 1 FROM "Job" AS other
        WHERE other.status = 'READY' AND other.lane = 1 - pair.lane AND other."cycleId" = cycle.id
        ORDER BY other.seq LIMIT 1
      ) END) AS seq
    ) AS bound
    CROSS JOIN LATERAL (
      SELECT count(*)::int AS jobs, min(seq) AS head
      FROM (
        SELECT job.seq FROM "Job" AS job
        WHERE job.status = 'READY' AND job.lane = pair.lane AND job."cycleId" = cycle.id AND job.seq <= bound.seq
        ORDER BY job.seq LIMIT CASE WHEN cycle.once THEN 1 ELSE greatest(cycle.may, 0) END
      ) AS job
    ) AS jobs
    WHERE cycle.runs AND cycle.may > 0 AND NOT (cycle.strict AND EXISTS (
      SELECT FROM "Job" AS older
      WHERE older."cycleId" = cycle.id AND older.seq < jobs.head AND older.status = 'WAITING'
    ))
  ), unit AS (
    SELECT ready.id, ready."accountId", ready.lane, ready.head, ready.account_limit, ready.may, ready.running,
      row_number() OVER (PARTITION BY ready.id ORDER BY ready.lane, slot) AS cycle_turn
    FROM ready CROSS JOIN LATERAL generate_series(1, least(ready.may, ready.waiting + ready.jobs)) AS slot
  ), cycle_unit AS (
    SELECT *, row_number() OVER (PARTITION BY "accountId" ORDER BY lane, running + cycle_turn, head) AS account_turn
    FROM unit WHERE cycle_turn <= may - running
  ), account_unit AS (
    SELECT cycle_unit.id, lane,
      row_number() OVER turns AS turn, sum(lane) OVER (turns ROWS UNBOUNDED PRECEDING) AS normal_turn
    FROM cycle_unit JOIN account ON account."accountId" = cycle_unit."accountId"
    WHERE account_turn <= account_limit - account.others - account.running
    WINDOW turns AS (ORDER BY lane, account.running + account_turn, head)
  ), won AS MATERIALIZED (
    SELECT id, lane, count(*)::int AS slots FROM account_unit
    WHERE turn <= $7::int AND (lane = 0 OR normal_turn <= $8::int)
    GROUP BY id, lane
  ), picked AS MATERIALIZED (
    SELECT job.seq
    FROM won
    JOIN ready ON ready.id = won.id AND ready.lane = won.lane
    CROSS JOIN live
    CROSS JOIN LATERAL (
      SELECT job.seq FROM "Job" AS job
      WHERE job.status = 'READY' AND job.lane = won.lane AND job."cycleId" = won.id AND job.seq <= ready.last
      ORDER BY job.seq
      LIMIT CASE WHEN ready.once THEN 1 ELSE
        greatest((won.slots + ready.lane_running) * ready.ahead - ready.waiting - ready.lane_running, 0) END
      FOR UPDATE SKIP LOCKED
    ) AS job
    WHERE live.alive
  ), claimed AS (
    UPDATE "Job" AS job SET status = 'CLAIMED', claim = job.claim + 1, "lockedBy" = $1::uuid
    FROM picked WHERE job.seq = picked.seq
    RETURNING job.seq, job."transactionId", job."accountId", job."cycleId", job.lane, job.claim
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
    UPDATE "Cycle" SET state = 'FINISHING', "finishSeq" = first.seq, "runOnce" = false
    FROM (SELECT "cycleId", min(seq) AS seq FROM claimed GROUP BY "cycleId") AS first
    WHERE "Cycle".id = first."cycleId" AND "Cycle"."runOnce" AND "Cycle".state = 'RUNNING'
    RETURNING "Cycle".id, "Cycle"."finishSeq"
  ), told AS (
    SELECT count(pg_notify('${channels.cycles}', id::text)) FROM last_run
  )
  SELECT json_build_object(
    'alive', (SELECT alive FROM live),
    'now', extract(epoch FROM clock_timestamp()) * 1000,
    'jobs', coalesce((
      SELECT json_agg(json_build_array(seq, "transactionId", "accountId", "cycleId", lane, claim) ORDER BY seq) FROM claimed
    ), '[]'),
    'cycles', coalesce((
      SELECT json_agg(json_build_object(
        'id', slots.id, 'slots', slots.slots, 'limit', slots."limit",
        'state', CASE WHEN last_run.id IS NOT NULL THEN 'FINISHING' WHEN slots.runs THEN slots.state ELSE 'STOPPED' END,
        'finishSeq', coalesce(last_run."finishSeq", slots."finishSeq")
      ))
      FROM slots LEFT JOIN last_run ON last_run.id = slots.id
      WHERE slots.slots > 0 OR EXISTS (SELECT FROM held WHERE held."cycleId" = slots.id)
    ), '[]'),
    'nextCycleId', coalesce(
      (SELECT "cycleId" FROM walk WHERE n = ${CYCLES_PER_WALK}), '00000000-0000-0000-0000-000000000000'
    )
  ) AS claim
  FROM told`;
