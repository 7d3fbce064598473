import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from "vitest";

let folder: string;
let url: string;
let admin: pg.Client;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "spoke-migrations-"));
  admin = new pg.Client({ connectionString: inject("clusterUrl") });
  await admin.connect();
});
afterAll(async () => {
  await admin.end();
  rmSync(folder, { recursive: true });
});

beforeEach(async ({ task }) => {
  const name = `migrate_${task.id.replaceAll("-", "_")}`;
  await admin.query(`CREATE DATABASE ${pg.escapeIdentifier(name)}`);
  url = Object.assign(new URL(inject("clusterUrl")), { pathname: `/${name}` }).href;
  rmSync(folder, { recursive: true });
  write("20260101000000_first", `CREATE TABLE "First" (id int); -- one; two`);
});

/** Migrates databases one after another in a process of its own, as it is done outside tests. Gives the names of what was applied, or the error's message. */
async function migrate(urls = [url]): Promise<string[] | string> {
  const module = new URL("./migrate.mjs", import.meta.url).href;
  const script = `
    import { migrate } from ${JSON.stringify(module)};
    const each = async (applied, url) => [...(await applied), ...(await migrate({ url, folder: ${JSON.stringify(folder)} }))];
    await ${JSON.stringify(urls)}.reduce(each, []).then(
      (applied) => console.log(JSON.stringify(applied)),
      (error) => console.log(JSON.stringify(error.message)),
    );
    process.exit();`;
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", script]);
  return JSON.parse(stdout);
}

function write(name: string, sql: string) {
  mkdirSync(join(folder, name), { recursive: true });
  writeFileSync(join(folder, name, "migration.sql"), sql);
}

async function tables() {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query(`SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1`);
  await client.end();
  return rows.map(({ tablename }) => tablename);
}

describe("migrate", () => {
  it("applies what a database does not have yet, oldest first, and nothing twice", async () => {
    expect(await migrate()).toEqual(["20260101000000_first"]);
    write("20260102000000_second", `CREATE TABLE "Second" (id int);`);
    expect(await migrate()).toEqual(["20260102000000_second"]);
    expect(await migrate()).toEqual([]);
    expect(await tables()).toEqual(["First", "Second", "_prisma_migrations"]);
  });

  it("runs a script whole, also where a function's body holds semicolons", async () => {
    write(
      "20260103000000_function",
      `CREATE FUNCTION two() RETURNS int LANGUAGE plpgsql AS $$ BEGIN PERFORM 1; RETURN 2; END; $$;`,
    );
    expect(await migrate()).toEqual(["20260101000000_first", "20260103000000_function"]);
  });

  it("lets two that start at once take turns", async () => {
    const applied = await Promise.all([migrate(), migrate()]);
    expect(applied.flat()).toEqual(["20260101000000_first"]);
  });

  it("migrates one database after another in the same process", async () => {
    const other = `other_${new URL(url).pathname.slice(1)}`;
    await admin.query(`CREATE DATABASE ${pg.escapeIdentifier(other)}`);
    const second = Object.assign(new URL(url), { pathname: `/${other}` }).href;
    expect(await migrate([url, second, url])).toEqual(["20260101000000_first", "20260101000000_first"]);
  });

  it("says which migration failed and why, and applies it once it is corrected", async () => {
    write("20260104000000_broken", `CREATE TABLE "Broken" (id nonsense);`);
    expect(await migrate()).toBe('The migration 20260104000000_broken failed: type "nonsense" does not exist');
    write("20260104000000_broken", `CREATE TABLE "Mended" (id int);`);
    expect(await migrate()).toEqual(["20260104000000_broken"]);
    expect(await tables()).toEqual(["First", "Mended", "_prisma_migrations"]);
  });
});
