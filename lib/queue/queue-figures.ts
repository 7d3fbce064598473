import { type Db, run } from "./statement";

const TIMEOUT_MS = 2_500;

/** Jobs of one status that are counted one by one; when there are more, a sample of the table's pages says how many. */
const COUNTED = 10_000;
/** Pages of 8 KiB in that sample. */
const SAMPLED_PAGES = 500;
/** Cycles of each lane that are looked at for the oldest job: their first ones tell which come next. */
const CYCLES = 500;
/** Of these cycles those whose turn comes first, and of each so many jobs. */
const HEADS = 20;

export type LaneFigures = {
  /** Jobs that a worker may take now. */
  ready: number;
  /** How long the oldest of them has been ready, in seconds; 0 when there is none. */
  oldestSeconds: number;
};

/** How the queue of the whole installation stands. */
export type QueueFigures = {
  synchronous: LaneFigures;
  normal: LaneFigures;
  /** Jobs that workers have in hand. */
  claimed: number;
  /** Jobs that are not due yet: delays and retries. */
  waiting: number;
  /** Ready jobs of cycles that don't run. */
  stopped: number;
  /** Jobs that are not begun because a hold is on what they belong to. */
  held: number;
};

const RUNS = `coalesce(cycle."deletedAt" IS NULL AND cycle.state IN ('RUNNING', 'FINISHING'), false)`;

const LANES = `
  coalesce(sum(jobs) FILTER (WHERE runs AND lane = 0), 0)::float8 AS "synchronousReady",
  coalesce(sum(jobs) FILTER (WHERE runs AND lane = 1), 0)::float8 AS "normalReady",
  coalesce(sum(jobs) FILTER (WHERE NOT runs), 0)::float8 AS stopped`;

const countOf = (status: "CLAIMED" | "WAITING" | "HELD", order: string) =>
  `(SELECT count(*) FROM (SELECT FROM "Job" WHERE status = '${status}' ORDER BY ${order} LIMIT ${COUNTED + 1}) AS job)::float8`;

/**
 * Counts by the index of each status, which ends where there are many. The oldest job is looked for among the first in
 * line: one that has waited stands there by its acceptance, and not by when it became ready.
 */
const COUNT = `
  WITH RECURSIVE pair(lane, "cycleId", n) AS (
    SELECT first.*, 1 FROM (VALUES (0), (1)) AS known(lane) CROSS JOIN LATERAL (
      SELECT lane, "cycleId" FROM "Job" WHERE status = 'READY' AND lane = known.lane ORDER BY lane, "cycleId" LIMIT 1
    ) AS first
    UNION ALL
    SELECT next.*, n + 1 FROM pair CROSS JOIN LATERAL (
      SELECT lane, "cycleId" FROM "Job"
      WHERE status = 'READY' AND lane = pair.lane AND "cycleId" > pair."cycleId" ORDER BY lane, "cycleId" LIMIT 1
    ) AS next WHERE n < ${CYCLES}
  ), head AS MATERIALIZED (
    SELECT pair.lane, cycle.id, first.seq, row_number() OVER (PARTITION BY pair.lane ORDER BY first.seq) AS place
    FROM pair JOIN "Cycle" AS cycle ON cycle.id = pair."cycleId"
    CROSS JOIN LATERAL (
      SELECT seq FROM "Job" WHERE status = 'READY' AND lane = pair.lane AND "cycleId" = cycle.id ORDER BY seq LIMIT 1
    ) AS first
    WHERE ${RUNS} AND (cycle."finishSeq" IS NULL OR first.seq <= cycle."finishSeq")
  ), oldest AS MATERIALIZED (
    SELECT head.lane, extract(epoch FROM now() - min(job."runAt"))::float8 AS seconds
    FROM head CROSS JOIN LATERAL (
      SELECT "runAt" FROM "Job"
      WHERE status = 'READY' AND lane = head.lane AND "cycleId" = head.id ORDER BY seq LIMIT ${HEADS}
    ) AS job
    WHERE place <= ${HEADS} GROUP BY head.lane
  ), ready AS MATERIALIZED (
    SELECT lane, "cycleId" FROM "Job" WHERE status = 'READY' ORDER BY lane, "cycleId", seq LIMIT ${COUNTED + 1}
  ), line AS (
    SELECT ready.lane, ready.jobs, ${RUNS} AS runs
    FROM (SELECT lane, "cycleId", count(*) AS jobs FROM ready GROUP BY lane, "cycleId") AS ready
    LEFT JOIN "Cycle" AS cycle ON cycle.id = ready."cycleId"
  )
  SELECT ${LANES},
    coalesce((SELECT seconds FROM oldest WHERE lane = 0), 0) AS "synchronousOldest",
    coalesce((SELECT seconds FROM oldest WHERE lane = 1), 0) AS "normalOldest",
    ${countOf("CLAIMED", `"lockedBy"`)} AS claimed, ${countOf("WAITING", `"runAt"`)} AS waiting,
    ${countOf("HELD", `"cycleId"`)} AS held
  FROM line`;

/** The same pages each time, so that the figures don't jump from one reading to the next. */
const ESTIMATE = `
  WITH size AS MATERIALIZED (
    SELECT least(1, ${SAMPLED_PAGES} / greatest(pg_relation_size('"Job"') / 8192.0, 1)) AS share
  ), sample AS MATERIALIZED (
    SELECT status, lane, "cycleId", count(*) / (SELECT share FROM size) AS jobs
    FROM "Job" TABLESAMPLE SYSTEM ((SELECT share * 100 FROM size)) REPEATABLE (0)
    GROUP BY status, lane, "cycleId"
  ), line AS (
    SELECT sample.lane, sample.jobs, ${RUNS} AS runs
    FROM sample LEFT JOIN "Cycle" AS cycle ON cycle.id = sample."cycleId" WHERE sample.status = 'READY'
  )
  SELECT ${LANES},
    (SELECT coalesce(sum(jobs), 0)::float8 FROM sample WHERE status = 'CLAIMED') AS claimed,
    (SELECT coalesce(sum(jobs), 0)::float8 FROM sample WHERE status = 'WAITING') AS waiting,
    (SELECT coalesce(sum(jobs), 0)::float8 FROM sample WHERE status = 'HELD') AS held
  FROM line`;

type Counts = Record<"synchronousReady" | "normalReady" | "stopped" | "claimed" | "waiting" | "held", number>;
type Ages = Record<"synchronousOldest" | "normalOldest", number>;

/**
 * Reads how the queue stands now: exactly up to 10,000 jobs of a status, by an estimate beyond, at a cost that doesn't grow
 * with the queue. Rejects when the database doesn't answer in time.
 */
export async function readQueueFigures(pool: Db): Promise<QueueFigures> {
  const read = async <Row extends object>(name: string, text: string) => {
    const [row] = await run<Row>(pool, { name, text, values: [], timeoutMs: TIMEOUT_MS });
    return row!;
  };
  const exact = await read<Counts & Ages>("queue-count", COUNT);
  const { synchronousReady, normalReady, stopped, claimed, waiting, held } = exact;
  const isWhole = [synchronousReady + normalReady + stopped, claimed, waiting, held].every((count) => count <= COUNTED);
  const counts = isWhole ? exact : await read<Counts>("queue-estimate", ESTIMATE);
  return {
    synchronous: laneOf(counts.synchronousReady, exact.synchronousOldest),
    normal: laneOf(counts.normalReady, exact.normalOldest),
    claimed: Math.round(counts.claimed),
    waiting: Math.round(counts.waiting),
    stopped: Math.round(counts.stopped),
    held: Math.round(counts.held),
  };
}

const laneOf = (ready: number, oldestSeconds: number): LaneFigures => ({
  ready: Math.round(ready),
  oldestSeconds: Math.max(oldestSeconds, 0),
});
