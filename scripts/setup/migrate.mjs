import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { PrismaPg } from "@prisma/adapter-pg";
import { bindMigrationAwareSqlAdapterFactory } from "@prisma/driver-adapter-utils";
import pg from "pg";
import { root } from "./root.mjs";

const MIGRATION_LOCK = 5_740_311_275n; // any number; two starts on one database take turns by it

function readMigrations(folder) {
  const names = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(folder, entry.name, "migration.sql")))
    .map((entry) => entry.name)
    .sort();
  return names.map((name) => ({ name, sql: readFileSync(join(folder, name, "migration.sql"), "utf8") }));
}

/** @type {Promise<any> | undefined} */
let loading;

/** The engine; its glue has room for one in a process. */
function loadSchemaEngine() {
  loading ??= instantiateSchemaEngine();
  return loading;
}

async function instantiateSchemaEngine() {
  const require = createRequire(import.meta.url);
  const modulePath = require.resolve("@prisma/schema-engine-wasm/schema_engine_bg");
  const engine = await import(pathToFileURL(modulePath).href);
  const bytes = readFileSync(modulePath.replace(/\.js$/, ".wasm"));
  const { instance } = await WebAssembly.instantiate(bytes, { "./schema_engine_bg.js": engine });
  engine.__wbg_set_wasm(instance.exports);
  instance.exports.__wbindgen_start();
  return engine.SchemaEngine;
}

async function applied(client) {
  const table = await client.query(`SELECT to_regclass('_prisma_migrations') IS NOT NULL AS exists`);
  if (!table.rows[0].exists) return [];
  const { rows } = await client.query(
    `SELECT migration_name FROM "_prisma_migrations" WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL`,
  );
  return rows.map((row) => row.migration_name);
}

/** The adapter of `@prisma/adapter-pg` cuts a script at every `;`, also inside comments and functions; PostgreSQL knows better. */
class ScriptAdapter extends PrismaPg {
  /** What PostgreSQL said about the script that failed. */
  failure;

  async connect() {
    const connection = await super.connect();
    connection.executeScript = async (script) => {
      try {
        await connection.underlyingDriver().query(script);
      } catch (error) {
        this.failure = error;
        throw error;
      }
    };
    return connection;
  }
}

async function applyAll({ url, folder, schemaPath, migrations }) {
  const SchemaEngine = await loadSchemaEngine();
  const lockPath = join(folder, "migration_lock.toml");
  const pool = new pg.Pool({ connectionString: url, max: 2 });
  const scripts = new ScriptAdapter(pool);
  const adapter = bindMigrationAwareSqlAdapterFactory(scripts);
  const engine = await SchemaEngine.new(
    { datamodels: [[schemaPath, readFileSync(schemaPath, "utf8")]] },
    () => {},
    adapter,
  );
  try {
    await engine.applyMigrations({
      migrationsList: {
        baseDir: folder,
        lockfile: {
          path: "migration_lock.toml",
          content: existsSync(lockPath) ? readFileSync(lockPath, "utf8") : null,
        },
        shadowDbInitScript: "",
        migrationDirectories: migrations.map(({ name, sql }) => ({
          path: name,
          migrationFile: { path: "migration.sql", content: { tag: "ok", value: sql } },
        })),
      },
      filters: { externalTables: [], externalEnums: [] },
    });
  } catch (error) {
    const migrationName = /migration_name="([^"]+)"/.exec(error.message)?.[1];
    if (!migrationName || !scripts.failure) throw error;
    // A script runs whole or not at all, so a corrected one can be applied without a word from the user.
    await engine.markMigrationRolledBack({ migrationName });
    throw new Error(`The migration ${migrationName} failed: ${scripts.failure.message}`);
  } finally {
    engine.free();
    await pool.end();
  }
}

/**
 * Applies the migrations of `prisma/migrations` that a database does not have yet, as `prisma migrate deploy` does.
 * Several may call it for one database at the same time.
 *
 * @param {{ url: string, folder?: string, schemaPath?: string, run?: (work: () => Promise<void>) => Promise<void> }} options
 *   `run` is given the work when there is any
 * @returns {Promise<string[]>} the names of those it applied
 */
export async function migrate({
  url,
  folder = join(root, "prisma/migrations"),
  schemaPath = join(root, "prisma/schema.prisma"),
  run = (work) => work(),
}) {
  const migrations = readMigrations(folder);
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  await client.connect();
  try {
    await client.query("SELECT pg_advisory_lock($1)", [MIGRATION_LOCK]);
    const before = new Set(await applied(client));
    const pending = migrations.filter(({ name }) => !before.has(name));
    if (pending.length > 0) await run(() => applyAll({ url, folder, schemaPath, migrations }));
    return pending.map(({ name }) => name);
  } finally {
    await client.end();
  }
}
