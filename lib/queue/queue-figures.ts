import { type Db, run } from "./statement";

const TIMEOUT_MS = 2_500;

/** Cycles of each lane, and jobs of each cycle, among which the oldest ready one is looked for. */
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
};

/**
 * Counts the jobs, by indexes alone. A job that waited stands in the line by its acceptance and not by when it became
 * ready, so the oldest one is looked for among the first of each lane.
 */
const QUEUE = `
  WITH cycles AS MATERIALIZED (
    SELECT lane, "cycleId", count(*)::int AS jobs, min(seq) AS head FROM "Job" WHERE status = 'READY' GROUP BY lane, "cycleId"
  ), lines AS MATERIALIZED (
    SELECT cycles.*, coalesce(cycle."deletedAt" IS NULL AND (cycle.state = 'RUNNING'
        OR (cycle.state = 'FINISHING' AND cycles.head <= cycle."finishSeq")), false) AS runs
    FROM cycles LEFT JOIN "Cycle" AS cycle ON cycle.id = cycles."cycleId"
  ), oldest AS (
    SELECT first.lane, min(job."runAt") AS at
    FROM (
      SELECT lane, "cycleId", row_number() OVER (PARTITION BY lane ORDER BY head) AS place FROM lines WHERE runs
    ) AS first
    CROSS JOIN LATERAL (
      SELECT "runAt" FROM "Job"
      WHERE status = 'READY' AND lane = first.lane AND "cycleId" = first."cycleId" ORDER BY seq LIMIT ${HEADS}
    ) AS job
    WHERE first.place <= ${HEADS} GROUP BY first.lane
  )
  SELECT coalesce(sum(jobs) FILTER (WHERE runs AND lane = 0), 0)::int AS "synchronousReady",
    coalesce(sum(jobs) FILTER (WHERE runs AND lane = 1), 0)::int AS "normalReady",
    coalesce(sum(jobs) FILTER (WHERE NOT runs), 0)::int AS stopped,
    coalesce((SELECT extract(epoch FROM now() - at) FROM oldest WHERE lane = 0), 0)::float8 AS "synchronousOldest",
    coalesce((SELECT extract(epoch FROM now() - at) FROM oldest WHERE lane = 1), 0)::float8 AS "normalOldest",
    (SELECT count(*)::int FROM "Job" WHERE status = 'CLAIMED') AS claimed,
    (SELECT count(*)::int FROM "Job" WHERE status = 'WAITING') AS waiting
  FROM lines`;

type Row = Record<
  "synchronousReady" | "normalReady" | "synchronousOldest" | "normalOldest" | "claimed" | "waiting" | "stopped",
  number
>;

/** Reads how the queue stands now. Rejects when the database doesn't answer in time. */
export async function readQueueFigures(pool: Db): Promise<QueueFigures> {
  const [row] = await run<Row>(pool, { name: "queue-figures", text: QUEUE, values: [], timeoutMs: TIMEOUT_MS });
  const { claimed, waiting, stopped, ...lanes } = row!;
  return {
    synchronous: { ready: lanes.synchronousReady, oldestSeconds: Math.max(lanes.synchronousOldest, 0) },
    normal: { ready: lanes.normalReady, oldestSeconds: Math.max(lanes.normalOldest, 0) },
    claimed,
    waiting,
    stopped,
  };
}
