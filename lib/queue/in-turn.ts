import type { Pool, PoolClient } from "pg";
import { beyondMending, lendConnection } from "./lend-connection";
import { run } from "./statement";

const TIMEOUT_MS = 15_000;

/**
 * Does something that one process does at a time, on a connection of its own; a connection that dies gives the turn back.
 *
 * @param lock names what is done; the same for all processes of an installation
 * @returns undefined when another process is doing it
 */
export function inTurn<T>(pool: Pool, lock: number, act: (client: PoolClient) => Promise<T>): Promise<T | undefined> {
  return lendConnection(
    pool,
    async (client) => {
      const ask = (text: string) =>
        run<{ done: boolean }>(client, { name: "", text, values: [lock], timeoutMs: TIMEOUT_MS });
      const [turn] = await ask("SELECT pg_try_advisory_lock($1) AS done");
      if (!turn?.done) return undefined;
      const result = await act(client);
      await ask("SELECT pg_advisory_unlock($1) AS done");
      return result;
    },
    beyondMending,
  );
}
