import { type Db, run } from "./statement";

const TIMEOUT_MS = 15_000;

/**
 * Has what a hold holds let go in the order of acceptance, by the workers' housekeeping (tend-hold.ts). What comes meanwhile is
 * held behind it; the hold ends when nothing is left. Asked again, it changes the rate.
 *
 * @param perSecond transactions that begin per second; null: as fast as the limits of parallel transactions allow
 * @returns false when there is no such hold, or it has ended
 */
export async function drainHold(
  db: Db,
  {
    id,
    accountId,
    perSecond,
    drainedBy,
  }: { id: string; accountId: string; perSecond: number | null; drainedBy: string | null },
): Promise<boolean> {
  const rows = await run(db, {
    name: "drain-hold",
    text: `
      UPDATE "Hold" SET "drainingSince" = coalesce("drainingSince", now()), "drainedBy" = $4, "drainPerSecond" = $3,
        "drainedUntil" = now()
      WHERE id = $1 AND "accountId" = $2 AND "endedAt" IS NULL
      RETURNING id`,
    values: [id, accountId, perSecond, drainedBy],
    timeoutMs: TIMEOUT_MS,
  });
  return rows.length === 1;
}
