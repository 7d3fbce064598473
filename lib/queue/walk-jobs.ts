import { idsFrom, idsTo } from "./id-span";
import type { Walked } from "./search-rows";
import { type Db, run } from "./statement";

const TIMEOUT_MS = 15_000;
/**
 * Of many cycles, the one with the newest Job has a fourth of what is looked at, and each one behind it less, as what is newest
 * is often of one cycle; but at least `LEAST_JOBS`.
 */
const FIRST_SHARE = 4;
const LEAST_JOBS = 8;

/** A Transaction in one of these states has a Job. */
export type OpenState = "QUEUED" | "RUNNING" | "WAITING";

export type JobWalk = {
  accountId: string;
  cycleId?: string;
  state: OpenState;
  from?: Date;
  to?: Date;
  /** Only Jobs of Transactions that were accepted before the one with this id. */
  before: string | undefined;
  /** As many are found at most. */
  rows: number;
  /** About so many Jobs are looked at, those of all cycles together. */
  jobs: number;
};

/** SQL: whether the Transaction of a Job can be in a state. Only what was claimed has begun. */
const MAY_BE: Record<OpenState, string> = {
  QUEUED: `status <> 'WAITING'`,
  RUNNING: `status IN ('READY', 'CLAIMED') AND claim > 0`,
  WAITING: `status <> 'HELD' AND claim > 0`,
};

const WITHIN = `job.seq < (SELECT before FROM bound) AND job.seq >= (SELECT least FROM bound)`;

/** Jobs of one cycle, newest first. Ordered by the cycle as well, so that the planner does not walk all Jobs and filter. */
const jobsOf = (cycleId: string) => `
  FROM "Job" AS job WHERE job."cycleId" >= ${cycleId} AND job."cycleId" <= ${cycleId} AND ${WITHIN}
  ORDER BY job."cycleId" DESC, job.seq DESC`;

/**
 * The same of those that are ready, in one lane. The rows are compared as a whole, which no other index serves: the planner would
 * read all Jobs of a cycle where it takes those that are ready for few.
 */
const readyOf = (lane: 0 | 1, cycleId: string) => `
  FROM "Job" AS job
  WHERE job.status = 'READY'
    AND (job.lane, job."cycleId", job.seq) < (${lane}::smallint, ${cycleId}, (SELECT before FROM bound))
    AND (job.lane, job."cycleId", job.seq) >= (${lane}::smallint, ${cycleId}, (SELECT least FROM bound))
  ORDER BY job.lane DESC, job."cycleId" DESC, job.seq DESC`;

const OF_CYCLE = `$2::uuid IS NULL OR job."cycleId" = $2`;

const COLUMNS = `job.seq, job."transactionId", job.status, job.claim`;

type Sources = {
  /** SQL: the number of a cycle's newest Job. */
  newest: string;
  /** SQL: so many of its newest Jobs. */
  jobs: string;
  /** SQL: Jobs that no index has by cycle, as parts like those of the cycles. */
  others: string;
};

/** All Jobs of a cycle: of what runs or waits any may be. */
const ALL: Sources = {
  newest: `(SELECT job.seq ${jobsOf("cycle.id")} LIMIT 1)`,
  jobs: `SELECT job.* ${jobsOf("newest.id")} LIMIT newest.jobs`,
  others: "",
};

/** What a part tells of the Jobs that were looked at, for a state. */
const part = (state: OpenState) => `
  count(*) AS looked, min(seq) AS least, array_agg(seq) FILTER (WHERE ${MAY_BE[state]}) AS seqs,
  array_agg("transactionId") FILTER (WHERE ${MAY_BE[state]}) AS ids`;

/**
 * What is queued is ready, held or claimed: each has an index, so that no number of waiting Jobs is in the way. Held and claimed
 * ones are looked for in the whole account, in the order of an index that only they have.
 */
const QUEUED: Sources = {
  newest: `greatest((SELECT job.seq ${readyOf(0, "cycle.id")} LIMIT 1), (SELECT job.seq ${readyOf(1, "cycle.id")} LIMIT 1))`,
  jobs: `
    SELECT * FROM (
      (SELECT ${COLUMNS} ${readyOf(0, "newest.id")} LIMIT newest.jobs)
      UNION ALL (SELECT ${COLUMNS} ${readyOf(1, "newest.id")} LIMIT newest.jobs)
    ) AS job ORDER BY seq DESC LIMIT newest.jobs`,
  others: `
    UNION ALL SELECT count(*), min(seq), array_agg(seq) FILTER (WHERE ${OF_CYCLE}),
      array_agg("transactionId") FILTER (WHERE ${OF_CYCLE}), $7
    FROM (
      SELECT job.seq, job."transactionId", job."cycleId" FROM "Job" AS job
      WHERE job.status = 'HELD' AND job."accountId" >= $1 AND job."accountId" <= $1 AND ${WITHIN}
      ORDER BY job."accountId" DESC, job.seq DESC LIMIT $7
    ) AS job
    UNION ALL SELECT count(*), min(seq), array_agg(seq), array_agg("transactionId"), NULL
    FROM (
      SELECT job.seq, job."transactionId", job."cycleId", job."accountId" FROM "Job" AS job
      WHERE job.status = 'CLAIMED' ORDER BY job."lockedBy" OFFSET 0
    ) AS job
    WHERE job."accountId" = $1 AND (${OF_CYCLE}) AND ${WITHIN}`,
};

/** Down to which number everything was looked at: cycles that have more Jobs, or were left out, have none above it. */
const EDGE = `
  SELECT greatest(
    (SELECT max(least) FROM seen WHERE looked = jobs),
    CASE WHEN (SELECT count(newest) FROM cycle) > (SELECT count(*) FROM newest) THEN (SELECT min(newest) FROM newest) END,
    0
  ) AS seq`;

/**
 * Gives Transactions of an Account that may be in a state, those accepted last first, by their Jobs: cycle by cycle over the
 * indexes that claims need, so that lists need no other. However many Jobs there are, one call looks at about `jobs` of them.
 */
export async function walkJobs(db: Db, walk: JobWalk): Promise<Walked> {
  const { accountId, cycleId = null, state, rows, jobs, before = null } = walk;
  const sources = state === "QUEUED" ? QUEUED : ALL;
  const [row] = await run<Walked>(db, {
    name: "",
    text: `
      WITH bound AS MATERIALIZED (
        SELECT CASE WHEN $3::uuid IS NULL AND $4::uuid IS NULL THEN 9223372036854775807 ELSE coalesce((
            SELECT CASE WHEN id = $3 THEN seq ELSE seq + 1 END FROM "Transaction"
            WHERE "accountId" = $1 AND id <= least($3, $4) ORDER BY id DESC LIMIT 1
          ), 0) END AS before,
          CASE WHEN $5::uuid IS NULL THEN 0 ELSE coalesce((
            SELECT seq FROM "Transaction" WHERE "accountId" = $1 AND id >= $5 ORDER BY id LIMIT 1
          ), 9223372036854775807) END AS least
      ), cycle AS MATERIALIZED (
        SELECT id, ${sources.newest} AS newest
        FROM "Cycle" AS cycle WHERE "accountId" = $1 AND ($2::uuid IS NULL OR id = $2)
      ), newest AS MATERIALIZED (
        SELECT id, newest, greatest(${LEAST_JOBS}, $7::int / least(count(*) OVER (), ${FIRST_SHARE} * row_number() OVER (ORDER BY newest DESC))) AS jobs
        FROM cycle WHERE newest IS NOT NULL ORDER BY newest DESC LIMIT $7 / ${LEAST_JOBS}
      ), seen AS MATERIALIZED (
        SELECT part.*, newest.jobs FROM newest CROSS JOIN LATERAL (
          SELECT ${part(state)} FROM (${sources.jobs}) AS job
        ) AS part
        ${sources.others}
      ), edge AS MATERIALIZED (${EDGE}
      ), found AS MATERIALIZED (
        SELECT job.seq, id FROM edge, seen, unnest(seqs, ids) AS job(seq, id)
        WHERE job.seq >= edge.seq ORDER BY job.seq DESC LIMIT $6::int
      )
      SELECT coalesce((SELECT array_agg(id::text ORDER BY seq DESC) FROM found), '{}') AS ids,
        CASE
          WHEN (SELECT count(*) FROM found) = $6 THEN (SELECT id FROM found ORDER BY seq LIMIT 1)
          ELSE (SELECT "transactionId" FROM "Job" AS job WHERE job.seq = edge.seq)
        END AS next
      FROM edge`,
    values: [accountId, cycleId, before, idsTo(walk.to) ?? null, idsFrom(walk.from) ?? null, rows, jobs],
    timeoutMs: TIMEOUT_MS,
  });
  return row!;
}
