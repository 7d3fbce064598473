import { randomBytes } from "node:crypto";
import pg, { type PoolClient } from "pg";
import { expect, inject, vi } from "vitest";
import { createDatabase, type Database, setDatabase } from "./client";

/**
 * Waits for the next UTC day when this one ends within a minute: for the tests of a file, in `beforeAll`, that would not know of a
 * day that begins meanwhile.
 */
export async function stayWithinDay(): Promise<void> {
  const dayAfter = (ms: number) => new Date(Date.now() + ms).toISOString().slice(0, 10);
  const day = dayAfter(60_000);
  await vi.waitUntil(() => dayAfter(0) >= day, { timeout: 90_000, interval: 50 });
}

export type TestDatabase = Database & {
  /** The address of this database, for a second connection or another process. */
  url: string;
  /** Waits until a statement waits for a lock that a connection has. Gives the backends that do. */
  waiting(connection: PoolClient): Promise<number[]>;
  /** Ends the connections and drops the database. */
  close(): Promise<void>;
};

async function onCluster(sql: string) {
  const client = new pg.Client({ connectionString: inject("clusterUrl") });
  await client.connect();
  await client.query(sql);
  await client.end();
}

/**
 * Makes an empty database with all migrations applied, for the tests of one file (`beforeAll`); it takes about 0.1 s.
 * Until the next one is made, `getPool()` and `getPrisma()` give it too.
 */
export async function testDatabase({ maxConnections = 10 } = {}): Promise<TestDatabase> {
  const name = `test_${randomBytes(8).toString("hex")}`;
  // Its hundreds of nearly empty files are copied in a fraction of the time that their pages take through the log.
  await onCluster(`CREATE DATABASE ${name} TEMPLATE ${inject("templateDatabase")} STRATEGY FILE_COPY`);
  const address = new URL(inject("clusterUrl"));
  address.pathname = `/${name}`;
  const database = createDatabase({ url: address.href, maxConnections });
  process.env.DATABASE_URL = address.href;
  setDatabase(database);
  return {
    ...database,
    url: address.href,
    async waiting(connection) {
      const blocked = "SELECT pid FROM pg_stat_activity WHERE pg_backend_pid() = ANY (pg_blocking_pids(pid))";
      let pids: number[] = [];
      await expect
        .poll(async () => {
          // Within a database transaction the list of connections stays as it was when it was first asked for.
          await connection.query("SELECT pg_stat_clear_snapshot()");
          pids = (await connection.query<{ pid: number }>(blocked)).rows.map(({ pid }) => pid);
          return pids.length;
        })
        .toBeGreaterThan(0);
      return pids;
    },
    async close() {
      setDatabase(undefined);
      await database.prisma.$disconnect();
      await database.pool.end();
      await onCluster(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    },
  };
}
