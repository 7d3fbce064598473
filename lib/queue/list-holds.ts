import { heldJobs } from "./hold-scope";
import { arrayOf } from "./packed-rows";
import { type Db, run } from "./statement";

const TIMEOUT_MS = 15_000;

export type ListedHold = {
  id: string;
  accountId: string;
  accountName: string;
  cycleId: string | null;
  cycleName: string | null;
  stepId: string | null;
  webhookId: string | null;
  webhookName: string | null;
  since: Date;
  heldBy: string | null;
  drainingSince: Date | null;
  drainedBy: string | null;
  drainPerSecond: number | null;
  released: number;
  discarding: boolean;
  discarded: number;
  discardedBy: string | null;
  discardedAt: Date | null;
  endedAt: Date | null;
  /** Transactions that it holds now. */
  held: number;
  /** The last of them in the order of acceptance; null when there is none. */
  throughSeq: string | null;
};

export type HoldListing = {
  partnerId: string;
  /** Only of these accounts. */
  accountIds?: readonly string[];
  id?: string;
};

/** Holds that have not ended, oldest first; with an `id` that one, also when it has ended. Each counts what it holds, also where another one does. */
export function listHolds(db: Db, { partnerId, accountIds, id }: HoldListing): Promise<ListedHold[]> {
  return run<ListedHold>(db, {
    name: "list-holds",
    text: `
      SELECT hold.id, hold."accountId", account.name AS "accountName", hold."cycleId", cycle.name AS "cycleName", hold."stepId",
        webhook.id AS "webhookId", webhook."stepName" AS "webhookName", hold.since, hold."heldBy", hold."drainingSince",
        hold."drainedBy", hold."drainPerSecond", hold.released, hold."discardSeq" IS NOT NULL AS discarding, hold.discarded,
        hold."discardedBy", hold."discardedAt", hold."endedAt", job.held, job.seq AS "throughSeq"
      FROM "Hold" AS hold
      JOIN "Account" AS account ON account.id = hold."accountId" AND account."partnerId" = $1
      LEFT JOIN "Cycle" AS cycle ON cycle.id = hold."cycleId"
      LEFT JOIN "Webhook" AS webhook ON webhook."cycleId" = hold."cycleId" AND webhook."stepId" = hold."stepId"
      CROSS JOIN LATERAL (
        SELECT count(*)::int AS held, max(seq)::text AS seq FROM ${heldJobs("hold", {})} AS job
      ) AS job
      WHERE ($2::uuid[] IS NULL OR hold."accountId" = ANY ($2::uuid[]))
        AND CASE WHEN $3::uuid IS NULL THEN hold."endedAt" IS NULL ELSE hold.id = $3::uuid END
      ORDER BY hold.since, hold.id`,
    values: [partnerId, accountIds ? arrayOf(accountIds) : null, id ?? null],
    timeoutMs: TIMEOUT_MS,
  });
}
