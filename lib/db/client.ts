import { PrismaPg } from "@prisma/adapter-pg";
import pg from "pg";
import { env } from "@/lib/env";
import { log } from "@/lib/log";
import { PrismaClient } from "./generated/client";

export type { Prisma, PrismaClient } from "./generated/client";

export type Database = { pool: pg.Pool; prisma: PrismaClient };

/** The web process's own code and Next's bundles are loaded apart and again at each reload; they share this place. */
const shared = globalThis as typeof globalThis & { spokeDatabase?: Database };

export type DatabaseOptions = {
  url: string;
  /** Most connections of the pool. */
  maxConnections: number;
  /**
   * How PostgreSQL plans. `each-time`: anew for every statement, with the sizes that tables have now; a plan that is kept from
   * when the tables were small reads them whole once they have grown, until they are analyzed again. `by-index`: once, always by
   * index and nested loop, which is right however the tables grow for statements that look rows up by their keys.
   */
  planning?: "as-usual" | "each-time" | "by-index";
  /** Longest wait for the answer to a statement that sets none itself, in milliseconds; then its connection is given up. */
  answerMs?: number;
};

/**
 * How long nothing comes before the system asks the other end, every second, whether it is still there. A statement whose
 * machine died after taking it is found so: a new machine at the same address denies it, else ten silent answers end it.
 */
const KEEP_ALIVE_MS = 3_000;

/**
 * What the server shall do for each connection: notice within half a minute that our machine is gone, and roll back what
 * a process that vanished in the middle of a database transaction keeps locked.
 */
const SESSION = `SET tcp_keepalives_idle = 10; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 4;
  SET idle_in_transaction_session_timeout = '30s'`;

/** Rows are looked up by their keys with plans that are made once. */
export const BY_INDEX_SETTINGS = [
  "plan_cache_mode = force_generic_plan",
  "enable_seqscan = off",
  "enable_hashjoin = off",
  "enable_mergejoin = off",
  "enable_sort = off",
  "jit = off",
];

/** What sets a connection to each way of planning. */
export const PLANNING = {
  "as-usual": "",
  "each-time": "SET plan_cache_mode = force_custom_plan",
  "by-index": BY_INDEX_SETTINGS.map((setting) => `SET ${setting}`).join("; "),
};

/** Makes a pool of connections and the Prisma client that shares it. It connects at the first query. */
export function createDatabase(options: DatabaseOptions): Database {
  const { url, maxConnections, planning = "as-usual", answerMs = 60_000 } = options;
  const session = `${SESSION}; ${PLANNING[planning]}`;
  const pool = new pg.Pool({
    connectionString: url,
    max: maxConnections,
    connectionTimeoutMillis: 10_000,
    idleTimeoutMillis: 60_000,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_MS,
    query_timeout: answerMs,
    application_name: "spoke",
    onConnect: (client) => client.query(session),
  });
  // Without a listener, a connection that the server closes would end the process: the pool listens to the idle ones,
  // and nobody to one that is handed out or being closed while no query runs on it.
  pool.on("connect", (client) =>
    client.on("error", (error) => log.debug({ err: error }, "a database connection failed")),
  );
  pool.on("error", (error) => log.warn({ err: error }, "lost an idle database connection"));
  // The pool is shared with the door: a transaction may have to wait for a connection while it is busy.
  const transactionOptions = { maxWait: 10_000, timeout: 15_000 };
  return { pool, prisma: new PrismaClient({ adapter: new PrismaPg(pool), transactionOptions }) };
}

function database(): Database {
  shared.spokeDatabase ??= createDatabase({ url: env().DATABASE_URL, maxConnections: env().DATABASE_POOL });
  return shared.spokeDatabase;
}

/** The process's only connection pool, for the SQL of `lib/queue`. */
export function getPool(): pg.Pool {
  return database().pool;
}

/** The process's only Prisma client; it runs on the connections of `getPool()`. */
export function getPrisma(): PrismaClient {
  return database().prisma;
}

/** Makes `getPool()` and `getPrisma()` give `replacement` from now on; `undefined` makes the next call connect anew. */
export function setDatabase(replacement: Database | undefined): void {
  shared.spokeDatabase = replacement;
}

/** Closes the connections once running queries have ended. A later call of `getPool()` connects anew. */
export async function closeDatabase(): Promise<void> {
  const closing = shared.spokeDatabase;
  shared.spokeDatabase = undefined;
  await closing?.prisma.$disconnect();
  await closing?.pool.end();
}
