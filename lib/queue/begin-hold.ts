import { channels } from "./channels";
import type { HoldTarget } from "./hold-scope";
import { type Db, run } from "./statement";

const TIMEOUT_MS = 15_000;

/**
 * Holds an account, a cycle or a webhook from now on: doors accept for it as before, and no worker begins what it has not begun.
 * One that is held and being drained is drained no more, and what was let go and not begun is held again.
 *
 * @param heldBy the user, or null for an API key
 * @returns the hold's id
 */
export async function beginHold(
  db: Db,
  { accountId, cycleId, stepId, heldBy }: HoldTarget & { heldBy: string | null },
): Promise<string> {
  const [row] = await run<{ id: string }>(db, {
    name: "begin-hold",
    text: `
      WITH held AS (
        INSERT INTO "Hold" (id, "accountId", "cycleId", "stepId", "heldBy") VALUES (gen_random_uuid(), $1, $2, $3, $4)
        ON CONFLICT ("accountId", coalesce("cycleId", '00000000-0000-0000-0000-000000000000'), coalesce("stepId", ''))
          WHERE "endedAt" IS NULL
        DO UPDATE SET "drainingSince" = NULL, "drainedBy" = NULL, "drainPerSecond" = NULL, "drainedUntil" = NULL,
          "throughSeq" = 0, "sweptAt" = NULL
        RETURNING id
      )
      SELECT id, (
        SELECT count(pg_notify('${channels.cycles}', "Cycle".id::text)) FROM "Cycle"
        WHERE "accountId" = $1 AND ($2::uuid IS NULL OR id = $2) AND "deletedAt" IS NULL
      ) FROM held`,
    values: [accountId, cycleId, stepId, heldBy],
    timeoutMs: TIMEOUT_MS,
  });
  return row!.id;
}
