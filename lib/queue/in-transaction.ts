import type { Pool, PoolClient } from "pg";
import { BY_INDEX_SETTINGS } from "@/lib/db/client";
import { lendConnection } from "./lend-connection";

const BROKEN = /^(08|57P)/;
/** It was undone for a deadlock, or while a day's partition was made or dropped: done again, it can succeed. */
const PASSING = new Set(["40P01", "25P02"]);
const MOST_TRIES = 3;

/** Thrown inside `inTransaction` to undo it and give undefined. */
export class Undo extends Error {}

/** How statements are planned: each as its connection says. */
const AS_USUAL = "BEGIN";

/**
 * How statements are planned that look rows up by their keys: by index and once, so that no plan that is kept reads a table whole
 * because it was small when the plan was made.
 */
export const BY_INDEX = ["BEGIN", ...BY_INDEX_SETTINGS.map((setting) => `SET LOCAL ${setting}`)].join("; ");

/**
 * Does something in one database transaction: committed when it resolves, undone when it rejects. An `Undo` is no error. What was
 * undone by a deadlock is done again.
 *
 * @param begin how statements are planned: `BY_INDEX`, or as usual
 * @returns what `act` gives; undefined when it was undone
 */
export async function inTransaction<T>(
  pool: Pool,
  act: (client: PoolClient) => Promise<T>,
  begin = AS_USUAL,
): Promise<T | undefined> {
  for (let tries = 1; ; tries++) {
    try {
      return await lendConnection(pool, (client) => within(client, act, begin), undone);
    } catch (error) {
      if (error instanceof Undo) return undefined;
      if (tries === MOST_TRIES || !PASSING.has((error as { code?: string }).code ?? "")) throw error;
    }
  }
}

async function within<T>(client: PoolClient, act: (client: PoolClient) => Promise<T>, begin: string): Promise<T> {
  await client.query(begin);
  const result = await act(client);
  await client.query("COMMIT");
  return result;
}

/** What PostgreSQL has answered can be undone, unless it says that the connection ends; what has failed otherwise, nobody knows. */
function undone(error: unknown): string | undefined {
  const { code } = error as { code?: string };
  const isBroken = code !== undefined ? BROKEN.test(code) : !(error instanceof Undo);
  return isBroken ? undefined : "ROLLBACK";
}
