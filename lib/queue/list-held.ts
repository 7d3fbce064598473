import { matchKey } from "./match-key";
import { type Db, run } from "./statement";

const TIMEOUT_MS = 10_000;
/** Counting a million rows would take as long as nobody waits. */
export const MOST_COUNTED = 10_000;

export type HeldRow = { transactionId: string; seq: string; value: string | null; since: Date; until: Date | null };

export type HeldSearch = {
  accountId: string;
  cycleId: string;
  stepId: string;
  /** Those accepted before this number; undefined: from the newest. */
  before: string | undefined;
  /** Only those with exactly this value. */
  value: string | undefined;
  limit: number;
};

/** The account's transactions that a step holds, newest first: a range of one index, whatever its length. */
export function listHeld(db: Db, { accountId, cycleId, stepId, before, value, limit }: HeldSearch): Promise<HeldRow[]> {
  const byValue = value === undefined ? "" : `AND value = $6`;
  const order = value === undefined ? "" : `value DESC, `;
  return run<HeldRow>(db, {
    name: value === undefined ? "list-held" : "list-held-value",
    text: `
      SELECT "transactionId", seq, value, since, until FROM "ReachedWebhook"
      WHERE "cycleId" = $1 AND "stepId" = $2 AND held AND seq < $3 AND "accountId" = $4 ${byValue}
      ORDER BY "cycleId" DESC, "stepId" DESC, ${order}seq DESC LIMIT $5`,
    values: [
      cycleId,
      stepId,
      before ?? "9223372036854775807",
      accountId,
      limit,
      ...(value === undefined ? [] : [matchKey(value)]),
    ],
    timeoutMs: TIMEOUT_MS,
  });
}

/**
 * How many transactions these steps of a cycle hold, each counted up to 10,001. The order makes it a range of the index: for a
 * step that holds few, the planner would rather read the whole table.
 */
export function countHeld(
  db: Db,
  { accountId, cycleId, stepIds }: { accountId: string; cycleId: string; stepIds: readonly string[] },
): Promise<{ stepId: string; count: number }[]> {
  return run<{ stepId: string; count: number }>(db, {
    name: "count-held",
    text: `
      SELECT step.id AS "stepId", counted.count FROM unnest($3::text[]) AS step(id)
      CROSS JOIN LATERAL (
        SELECT count(*)::int AS count FROM (
          SELECT FROM "ReachedWebhook"
          WHERE "cycleId" = $1 AND "stepId" = step.id AND held AND "accountId" = $2
          ORDER BY "cycleId" DESC, "stepId" DESC, seq DESC LIMIT ${MOST_COUNTED + 1}
        ) AS found
      ) AS counted`,
    values: [cycleId, accountId, [...stepIds]],
    timeoutMs: TIMEOUT_MS,
  });
}
