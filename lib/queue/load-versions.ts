import { arrayOf } from "./packed-rows";
import { type Db, run } from "./statement";

const TIMEOUT_MS = 15_000;

/** Reads published versions; `graph` is a Graph as JSON text. Versions never change. */
export function loadVersions(pool: Db, versionIds: readonly string[]): Promise<{ id: string; graph: string }[]> {
  return run(pool, {
    name: "load-versions",
    text: `SELECT id, graph::text AS graph FROM "CycleVersion" WHERE id = ANY ($1::uuid[])`,
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
