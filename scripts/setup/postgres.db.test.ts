import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { freePort } from "./port.mjs";
import { startPostgres } from "./postgres.mjs";

type Postgres = Awaited<ReturnType<typeof startPostgres>>;

let folder: string;
let running: Postgres[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "spoke-postgres-")); // closed to every user but its owner
  running = [];
});
afterEach(async () => {
  for (const postgres of running) await postgres.stop("SIGQUIT");
  rmSync(folder, { recursive: true, force: true });
});

async function start() {
  const postgres = await startPostgres({
    dataDir: join(folder, "data/postgres"),
    logFile: join(folder, "data/logs/postgres.log"),
    port: await freePort(),
    password: "p@ss/word",
    settings: { shared_buffers: "16MB" },
  });
  running.push(postgres);
  return postgres;
}

async function query(postgres: Postgres, sql: string) {
  const client = new pg.Client({ connectionString: postgres.url("postgres") });
  client.on("error", () => {});
  await client.connect();
  const { rows } = await client.query(sql);
  await client.end();
  return rows;
}

describe("startPostgres", () => {
  it("keeps what was stored over a stop and a start", async () => {
    const first = await start();
    await query(first, "CREATE TABLE kept AS SELECT 'Ärger' AS word");
    await first.stop();
    expect(await query(await start(), "SELECT upper(word) AS word FROM kept")).toEqual([{ word: "ÄRGER" }]);
  });

  it("ends the server that a killed start left running, and loses nothing", async () => {
    const left = await start();
    await query(left, "CREATE TABLE kept AS SELECT 1 AS number");
    const next = await start();
    await expect(left.exited).resolves.toMatch(/exit code 0/);
    expect(await query(next, "SELECT number FROM kept")).toEqual([{ number: 1 }]);
  });

  it("starts although a pid file names a process of another program", async () => {
    const first = await start();
    await first.stop("SIGQUIT");
    const pidFile = join(folder, "data/postgres/postmaster.pid");
    writeFileSync(pidFile, `${process.pid}\n${readFileSync(join(folder, "data/postgres/PG_VERSION"), "utf8")}`);
    expect(await query(await start(), "SELECT 1 AS one")).toEqual([{ one: 1 }]);
  });

  it("listens on this machine only and asks for the password", async () => {
    const postgres = await start();
    expect(await query(postgres, "SHOW listen_addresses")).toEqual([{ listen_addresses: "127.0.0.1" }]);
    const stranger = new pg.Client({ connectionString: postgres.url("postgres").replace("p%40ss", "guess") });
    await expect(stranger.connect()).rejects.toThrow("password authentication failed");
  });

  it("says why it can't start and where to read more", async () => {
    const first = await start();
    await first.stop();
    writeFileSync(join(folder, "data/postgres/postgresql.auto.conf"), "nonsense = on\n");
    await expect(start()).rejects.toThrow(/PostgreSQL did not start:.*nonsense.*postgres\.log/);
  });
});
