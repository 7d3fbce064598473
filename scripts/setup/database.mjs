import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import { freePort, portIsFree } from "./port.mjs";
import { startPostgres, stopLeftover } from "./postgres.mjs";
import { SetupError } from "./progress.mjs";

const CONNECT_MS = 10_000;

/** What to do about the error codes of PostgreSQL and of the network, when a database is opened. */
const REMEDIES = {
  ECONNREFUSED: (address) => `no PostgreSQL answers at ${address.host}. Start it or correct DATABASE_URL.`,
  ENOTFOUND: (address) => `there is no machine named ${address.hostname}. Correct DATABASE_URL.`,
  EAI_AGAIN: (address) => `the name ${address.hostname} can't be looked up. Correct DATABASE_URL or the network.`,
  ETIMEDOUT: (address) => `${address.host} does not answer. Correct DATABASE_URL or the network.`,
  "28P01": (address) => `the password of the user ${address.username} is refused. Correct DATABASE_URL.`,
  28000: (address) => `the user ${address.username} is refused. Correct DATABASE_URL.`,
  "3D000": (address) => `there is no database ${address.pathname.slice(1)}. Create it or correct DATABASE_URL.`,
};

/**
 * Makes sure that a database given by the user can be used.
 *
 * @throws SetupError with one sentence that says what to do; it never holds the password
 */
export async function checkDatabase(url) {
  if (!/^postgres(ql)?:\/\//.test(url) || !URL.canParse(url)) {
    throw new SetupError("DATABASE_URL can't be used: it must be like postgresql://user:password@host:5432/spoke.");
  }
  const address = new URL(url);
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: CONNECT_MS });
  try {
    await client.connect();
    await client.query("SELECT 1");
  } catch (error) {
    const code = error.code ?? (/timeout/i.test(error.message) ? "ETIMEDOUT" : "");
    const remedy = REMEDIES[code]?.(address) ?? `${error.message}. Correct DATABASE_URL.`;
    throw new SetupError(`DATABASE_URL can't be used: ${remedy}`);
  } finally {
    await client.end().catch(() => {});
  }
}

async function createDatabase(url, name) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rowCount } = await client.query("SELECT 1 FROM pg_database WHERE datname = $1", [name]);
  if (rowCount === 0) await client.query(`CREATE DATABASE ${pg.escapeIdentifier(name)}`);
  await client.end();
}

/** The port that the embedded PostgreSQL had the last time, so that addresses stay; another one when it is taken. */
async function choosePort(portFile) {
  const last = existsSync(portFile) ? Number(readFileSync(portFile, "utf8")) : 0;
  const port = last > 0 && (await portIsFree(last, "127.0.0.1")) ? last : await freePort();
  if (port !== last) writeFileSync(portFile, String(port));
  return port;
}

/**
 * Starts the PostgreSQL that Spoke brings along, with its data in `dataDir/postgres`, and makes its database.
 *
 * @param {{ dataDir: string, password: string, settings?: Record<string, string>, port?: number }} options
 *   `settings` of the server on top of the usual ones; `port` when it must be this one, because others know it
 * @returns {Promise<{ url: string, pid: number, ended: Promise<string>, stop: () => Promise<void>, kill: () => void }>}
 */
export async function startEmbedded({ dataDir, password, settings, port }) {
  const clusterDir = join(dataDir, "postgres");
  await stopLeftover(clusterDir);
  if (port && !(await portIsFree(port, "127.0.0.1"))) throw new Error(`its port ${port} is taken by another program`);
  const postgres = await startPostgres({
    dataDir: clusterDir,
    logFile: join(dataDir, "logs/postgres.log"),
    port: port ?? (await choosePort(join(dataDir, "postgres-port"))),
    password,
    settings,
  });
  await createDatabase(postgres.url("postgres"), "spoke");
  return {
    url: postgres.url(),
    pid: postgres.pid,
    ended: postgres.exited.then((reason) => reason),
    stop: () => postgres.stop(),
    kill: () => void postgres.stop("SIGQUIT"),
  };
}
