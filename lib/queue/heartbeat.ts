import { channels } from "./channels";
import { arrayOf } from "./packed-rows";
import { type Db, run } from "./statement";
import { ON_TRIAL } from "./trial";

const TIMEOUT_MS = 5_000;

/** How long a worker's claims and grants hold after its last heartbeat unless it is set otherwise, in milliseconds. */
export const LEASE_MS = 55_000;

/** Makes a worker known; from now on it may claim, for `leaseMs` after each heartbeat. */
export async function registerWorker(
  pool: Db,
  { workerId, host, pid, leaseMs = LEASE_MS }: { workerId: string; host: string; pid: number; leaseMs?: number },
): Promise<void> {
  await run(pool, {
    name: "register-worker",
    text: `
      INSERT INTO "Worker" (id, host, pid, "aliveUntil")
      VALUES ($1, $2, $3, now() + $4 * interval '1 millisecond')
      ON CONFLICT (id) DO NOTHING`,
    values: [workerId, host, pid, leaseMs],
    timeoutMs: TIMEOUT_MS,
  });
}

/** Extends a worker's lease by `leaseMs` from now. False when it has passed already: all that the worker holds may be another's. */
export async function beat(pool: Db, workerId: string, leaseMs = LEASE_MS): Promise<boolean> {
  const rows = await run(pool, {
    name: "heartbeat",
    text: `
      UPDATE "Worker" SET "aliveUntil" = now() + $2 * interval '1 millisecond'
      WHERE id = $1 AND "aliveUntil" > now()
      RETURNING id`,
    values: [workerId, leaseMs],
    timeoutMs: TIMEOUT_MS,
  });
  return rows.length === 1;
}

/** The workers of a host whose leases have not passed. */
export function readWorkers(pool: Db, host: string): Promise<{ id: string; pid: number }[]> {
  return run(pool, {
    name: "read-workers",
    text: `SELECT id, pid FROM "Worker" WHERE host = $1 AND "aliveUntil" > now()`,
    values: [host],
    timeoutMs: TIMEOUT_MS,
  });
}

/** Ends the leases of workers that are known to be gone: others take over at once what they hold. */
export async function endLeases(pool: Db, workerIds: readonly string[]): Promise<void> {
  await run(pool, {
    name: "end-leases",
    text: `UPDATE "Worker" SET "aliveUntil" = now() WHERE id = ANY ($1::uuid[]) AND "aliveUntil" > now()`,
    values: [arrayOf(workerIds)],
    timeoutMs: TIMEOUT_MS,
  });
}

/** Ends a worker: jobs it still holds are ready for others, its grants are given back. */
export async function unregisterWorker(pool: Db, workerId: string): Promise<void> {
  await run(pool, {
    name: "unregister-worker",
    text: `
      WITH freed AS (
        UPDATE "Job" SET status = 'READY', "lockedBy" = NULL, rescues = least(rescues, ${ON_TRIAL})
        WHERE status = 'CLAIMED' AND "lockedBy" = $1
      ), given_back AS (
        DELETE FROM "Grant" WHERE "workerId" = $1
      ), gone AS (
        DELETE FROM "Worker" WHERE id = $1
      )
      SELECT pg_notify('${channels.jobs}', '')`,
    values: [workerId],
    timeoutMs: TIMEOUT_MS,
  });
}
