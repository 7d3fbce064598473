import { arrayOf } from "./packed-rows";
import { type Db, run } from "./statement";

const TIMEOUT_MS = 15_000;

/** `graph` is a Graph as JSON text. */
export type StoredVersion = { id: string; number: number; graph: string; partnerId: string };

/** Reads published versions and whose they are. None of it ever changes. */
export function loadVersions(pool: Db, versionIds: readonly string[]): Promise<StoredVersion[]> {
  return run(pool, {
    name: "load-versions",
    text: `
      SELECT version.id, version.number, version.graph::text AS graph, account."partnerId"
      FROM "CycleVersion" AS version
      JOIN "Cycle" AS cycle ON cycle.id = version."cycleId"
      JOIN "Account" AS account ON account.id = cycle."accountId"
      WHERE version.id = ANY ($1::uuid[])`,
    values: [arrayOf(versionIds)],
    timeoutMs: TIMEOUT_MS,
  });
}

/** Reads the encrypted secrets of a cycle's steps. */
export function loadSecrets(
  pool: Db,
  cycleId: string,
): Promise<{ stepId: string; name: string; ciphertext: string }[]> {
  return run(pool, {
    name: "load-secrets",
    text: `SELECT "stepId", name, ciphertext FROM "StepSecret" WHERE "cycleId" = $1`,
    values: [cycleId],
    timeoutMs: TIMEOUT_MS,
  });
}
