import { likeAnywhere } from "./search-text";
import { type Db, run } from "./statement";

export type FoundStep = {
  stepId: string;
  stepName: string;
  cycleId: string;
  cycleName: string;
  accountId: string;
  accountName: string;
};

/** Steps of drafts by a part of their name, in these accounts. It looks through the 2,000 newest Cycles. */
export function searchSteps(
  db: Db,
  { accountIds, text, limit }: { accountIds: string[]; text: string; limit: number },
): Promise<FoundStep[]> {
  return run<FoundStep>(db, {
    name: "search-steps",
    text: `
      SELECT step ->> 'id' AS "stepId", step ->> 'name' AS "stepName", cycle.id AS "cycleId", cycle.name AS "cycleName",
        account.id AS "accountId", account.name AS "accountName"
      FROM (
        SELECT id, name, draft, "accountId" FROM "Cycle"
        WHERE "accountId" = ANY($1::uuid[]) AND "deletedAt" IS NULL ORDER BY id DESC LIMIT 2000
      ) AS cycle
      JOIN "Account" AS account ON account.id = cycle."accountId"
      CROSS JOIN LATERAL json_array_elements(cycle.draft -> 'steps') AS step
      WHERE step ->> 'name' ILIKE $2
      LIMIT $3`,
    values: [accountIds, likeAnywhere(text), limit],
    timeoutMs: 10_000,
  });
}
