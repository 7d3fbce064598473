import { arrayOf } from "./packed-rows";
import { type Db, run } from "./statement";

const TIMEOUT_MS = 15_000;

export type CycleStanding = {
  id: string;
  state: "NEVER_STARTED" | "RUNNING" | "FINISHING" | "STOPPED";
  finishSeq: number | null;
};

/** How these cycles stand now; deleted ones count as stopped. */
export function readCycleStandings(pool: Db, cycleIds: readonly string[]): Promise<CycleStanding[]> {
  return run<CycleStanding>(pool, {
    name: "cycle-standings",
    text: `
      SELECT id, CASE WHEN "deletedAt" IS NULL THEN state ELSE 'STOPPED' END AS state, "finishSeq"::float8 AS "finishSeq"
      FROM "Cycle" WHERE id = ANY ($1::uuid[])`,
    values: [arrayOf(cycleIds)],
    timeoutMs: TIMEOUT_MS,
  });
}

/** Says whether a job of a cycle may go on now. */
export function mayRun({ state, finishSeq }: Omit<CycleStanding, "id">, seq: number): boolean {
  return state === "RUNNING" || (state === "FINISHING" && finishSeq !== null && seq <= finishSeq);
}
