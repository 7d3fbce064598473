/**
 * SQL: whether a hold is on what begins at a step. `hold`, `accountId`, `cycleId` and `stepId` are SQL; nothing is said of the hold's
 * end, nor of what it has let go.
 */
export const isHeldBy = (hold: string, accountId: string, cycleId: string, stepId: string) =>
  `(${hold}."accountId" = ${accountId} AND (${hold}."cycleId" IS NULL OR ${hold}."cycleId" = ${cycleId})
    AND (${hold}."stepId" IS NULL OR ${hold}."stepId" = ${stepId}))`;

/** SQL: whether `hold` holds the HELD job `job`, whatever it has let go. */
export const holdsJob = (hold: string, job: string) =>
  isHeldBy(hold, `${job}."accountId"`, `${job}."cycleId"`, `${job}."stepId"`);

type Span = {
  /** SQL: with a greater `seq` than that. */
  after?: string;
  /** SQL: with this `seq` or a smaller one. */
  through?: string;
  /** SQL: another condition on `job`. */
  and?: string;
  /** No more than that, the first ones. */
  limit?: number;
};

/**
 * SQL: the `seq` of the HELD jobs that `hold` covers. Only one of the three parts gives any. Ranges of two columns, and their order,
 * are what the indexes of held jobs have: the first of a million jobs are found as quickly as the first of ten, whatever else is held.
 */
export function heldJobs(hold: string, { after = "0", through = `${2n ** 63n - 1n}`, and, limit }: Span): string {
  const part = (column: "accountId" | "cycleId", isIts: string) => `(
      SELECT job.seq FROM "Job" AS job
      WHERE job.status = 'HELD' AND ${isIts} ${and ? `AND ${and}` : ""}
        AND (job."${column}", job.seq) > (${hold}."${column}", ${after})
        AND (job."${column}", job.seq) <= (${hold}."${column}", ${through})
      ${limit === undefined ? "" : `ORDER BY job."${column}", job.seq LIMIT ${limit}`}
    )`;
  const parts = [
    part("accountId", `${hold}."cycleId" IS NULL`),
    part("cycleId", `${hold}."cycleId" IS NOT NULL AND ${hold}."stepId" IS NULL`),
    part("cycleId", `${hold}."stepId" IS NOT NULL AND job."stepId" = ${hold}."stepId"`),
  ];
  return `(${parts.join(" UNION ALL ")})`;
}

/**
 * SQL: the CTE `hold` with the holds on these accounts as they are when this statement is committed: one that is about to end is
 * waited for, so that nothing is held under a hold that is over.
 */
export const lastingHolds = (accountIds: string) => `hold AS MATERIALIZED (
    SELECT "accountId", "cycleId", "stepId", "throughSeq" FROM "Hold"
    WHERE "endedAt" IS NULL AND "accountId" = ANY (${accountIds}) FOR KEY SHARE
  )`;

/** What a hold is on: an account, a cycle of it, or the webhook of a step. */
export type HoldTarget = { accountId: string; cycleId: string | null; stepId: string | null };
