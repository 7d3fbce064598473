import { randomBytes } from "node:crypto";
import { join } from "node:path";
import pg from "pg";
import { migrate } from "../setup/migrate.mjs";
import { freePort } from "../setup/port.mjs";
import { startPostgres } from "../setup/postgres.mjs";

/** Starts a PostgreSQL whose data lie in `folder`, with a migrated and empty database. */
export async function startDatabase(folder) {
  const postgres = await startPostgres({
    dataDir: join(folder, "data"),
    logFile: join(folder, "postgres.log"),
    port: await freePort(),
    password: randomBytes(16).toString("hex"),
  });
  const admin = new pg.Client({ connectionString: postgres.url("postgres") });
  await admin.connect();
  await admin.query("CREATE DATABASE spoke");
  await admin.end();
  await migrate({ url: postgres.url() });
  return postgres;
}

/**
 * Lends a server to `work`. However that and this process end, neither the server nor what `remove` removes is left.
 *
 * @param {{ postgres: Awaited<ReturnType<typeof startPostgres>>, remove: () => void }} lent
 * @param {(postgres: Awaited<ReturnType<typeof startPostgres>>) => Promise<void>} work
 */
export async function lendDatabase({ postgres, remove }, work) {
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(130));
  const end = () => {
    process.kill(postgres.pid, "SIGQUIT");
    remove();
  };
  process.once("exit", end);
  try {
    await work(postgres);
  } finally {
    process.off("exit", end);
    await postgres.stop();
    remove();
  }
}
