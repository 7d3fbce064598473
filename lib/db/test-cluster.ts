import { spawn } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import type { TestProject } from "vitest/node";
import { migrate } from "@/scripts/setup/migrate.mjs";
import { freePort } from "@/scripts/setup/port.mjs";
import { startPostgres } from "@/scripts/setup/postgres.mjs";
import { scratchFolder } from "@/scripts/setup/scratch.mjs";

declare module "vitest" {
  interface ProvidedContext {
    /** Address of the database tests' server, with the name of its administrative database. */
    clusterUrl: string;
    /** The name of the migrated, empty database that test databases are copies of. */
    templateDatabase: string;
  }
}

const TEMPLATE = "spoke_template";

/** Ends the server and removes its folder when this process is gone, however it went. */
function cleanUpAfterUs(pid: number, folder: string) {
  const script = 'cat >/dev/null; kill -QUIT "$1" 2>/dev/null; sleep 1; rm -rf "$2"';
  const watcher = spawn("sh", ["-c", script, "sh", String(pid), folder], {
    stdio: ["pipe", "ignore", "ignore"],
    detached: true,
  });
  watcher.unref();
  (watcher.stdin as unknown as { unref(): void }).unref();
  return () => watcher.stdin.end();
}

async function createTemplate(postgres: Awaited<ReturnType<typeof startPostgres>>) {
  const client = new pg.Client({ connectionString: postgres.url("postgres") });
  await client.connect();
  await client.query(`CREATE DATABASE ${TEMPLATE}`);
  await client.end();
  await migrate({ url: postgres.url(TEMPLATE) });
}

/** Gives the database tests a PostgreSQL server of their own, in a temporary folder, for as long as they run. */
export default async function setup(project: TestProject) {
  const folder = mkdtempSync(join(scratchFolder(), "spoke-test-"));
  const postgres = await startPostgres({
    dataDir: join(folder, "data"),
    logFile: join(folder, "postgres.log"),
    port: await freePort(),
    password: "test",
    settings: {
      // What is lost in a crash is thrown away at the end anyway.
      fsync: "off",
      full_page_writes: "off",
      shared_buffers: "128MB",
      max_wal_size: "512MB",
      // It comes at any moment: it holds locks, changes plans, and is in the template when that is to be copied.
      autovacuum: "off",
    },
  });
  const cleanUp = cleanUpAfterUs(postgres.pid, folder);
  const stop = async () => {
    await postgres.stop("SIGQUIT");
    cleanUp();
  };
  try {
    await createTemplate(postgres);
  } catch (error) {
    await stop();
    throw error;
  }
  project.provide("clusterUrl", postgres.url("postgres"));
  project.provide("templateDatabase", TEMPLATE);
  return stop;
}
