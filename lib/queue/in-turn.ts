import type { Pool, PoolClient } from "pg";

/**
 * Does something that one process does at a time, on a connection of its own; a connection that dies gives the turn back.
 *
 * @param lock names what is done; the same for all processes of an installation
 * @returns undefined when another process is doing it
 */
export async function inTurn<T>(
  pool: Pool,
  lock: number,
  act: (client: PoolClient) => Promise<T>,
): Promise<T | undefined> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    const { rows } = await client.query<{ mine: boolean }>("SELECT pg_try_advisory_lock($1) AS mine", [lock]);
    if (!rows[0]?.mine) return undefined;
    const result = await act(client);
    await client.query("SELECT pg_advisory_unlock($1)", [lock]);
    return result;
  } catch (error) {
    broken = error as Error;
    throw error;
  } finally {
    client.release(broken);
  }
}
