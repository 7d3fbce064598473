import { fork, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { chownSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import pg from "pg";
import { until } from "../faults/harness/until.mjs";
import { DATABASE_ADDRESS, dropDatabaseAddress, HOSTS, SUBNET_RANGE, takeDatabaseAddress, within } from "./network.mjs";

const PORT = 5432;

/** What docs/operations.md says that a PostgreSQL with a replica shall run with, and what makes it fit a small machine. */
const SETTINGS = {
  listen_addresses: "*",
  wal_level: "replica",
  synchronous_commit: "on",
  wal_sender_timeout: "10s",
  wal_receiver_timeout: "10s",
  tcp_keepalives_idle: "10",
  tcp_keepalives_interval: "5",
  tcp_keepalives_count: "4",
  tcp_user_timeout: "30s",
  shared_buffers: "128MB",
};

/** @typedef {"db1" | "db2"} DatabaseHost */

/** Copies the files of a server that is in backup mode, without what belongs to its process or comes by replication. */
function copyCluster(from, to) {
  rmSync(to, { recursive: true, force: true });
  const { status, stderr } = spawnSync("cp", ["-a", from, to], { encoding: "utf8" });
  const problems = stderr.split("\n").filter((line) => line && !line.endsWith("No such file or directory"));
  // A running server removes files of its own while they are copied.
  if (status !== 0 && problems.length > 0) throw new Error(`The database could not be copied: ${problems[0]}`);
  for (const name of ["postmaster.pid", "postmaster.opts"]) rmSync(join(to, name), { force: true });
  for (const folder of ["pg_replslot", "pg_wal"]) {
    for (const name of readdirSync(join(to, folder))) rmSync(join(to, folder, name), { recursive: true });
  }
}

/**
 * Two PostgreSQL servers on machines of their own: a primary, which holds the database's address, and a replica that every
 * commit waits for.
 */
export class DatabasePair {
  #folder;
  #password = randomBytes(16).toString("hex");
  #onStart;
  /** @type {Map<DatabaseHost, { child: import("node:child_process").ChildProcess, pid: number }>} */
  #servers = new Map();
  /** @type {DatabaseHost} */
  primary = "db1";

  /** @param {{ folder: string, onStart: (pid: number) => void }} options a folder that the user `postgres` may enter */
  constructor({ folder, onStart }) {
    this.#folder = folder;
    this.#onStart = onStart;
  }

  #urlAt(address, database) {
    return `postgresql://spoke:${this.#password}@${address}:${PORT}/${database}`;
  }

  /** Where Spoke finds the database, whichever machine it is on. */
  get url() {
    return this.#urlAt(DATABASE_ADDRESS, "spoke");
  }

  /** Runs statements on one of the two servers. @param {DatabaseHost} host @param {string[]} statements */
  async #on(host, ...statements) {
    const client = new pg.Client({
      connectionString: this.#urlAt(HOSTS[host], "postgres"),
      connectionTimeoutMillis: 5_000,
    });
    client.on("error", () => {});
    await client.connect();
    try {
      let rows = [];
      for (const statement of statements) rows = (await client.query(statement)).rows;
      return rows;
    } finally {
      await client.end();
    }
  }

  async #start(host, settings = {}) {
    const hba = join(this.#folder, "access.conf");
    const rule = (database, range) => `host ${database} all ${range} scram-sha-256\n`;
    writeFileSync(hba, rule("all", SUBNET_RANGE) + rule("replication", SUBNET_RANGE), { mode: 0o644 });
    const options = {
      dataDir: join(this.#folder, host),
      logFile: join(this.#folder, "logs", `${host}.log`),
      port: PORT,
      password: this.#password,
      settings: { ...SETTINGS, hba_file: hba, ...settings },
    };
    const [execPath, ...execArgv] = [...within(host), process.execPath];
    const script = fileURLToPath(new URL("postgres-host.mjs", import.meta.url));
    const child = fork(script, [JSON.stringify(options)], { execPath, execArgv, detached: true });
    const [{ pid }] = await Promise.race([
      once(child, "message"),
      once(child, "exit").then(() => Promise.reject(new Error(`PostgreSQL did not start on ${host}.`))),
    ]);
    this.#onStart(child.pid);
    this.#onStart(pid);
    this.#servers.set(host, { child, pid });
  }

  /** Starts the primary with an empty database, and its replica. */
  async start() {
    mkdirSync(join(this.#folder, "logs"), { recursive: true });
    await this.#start("db1");
    await takeDatabaseAddress("db1");
    await this.#on("db1", "CREATE DATABASE spoke");
    await this.addReplica("db2");
  }

  /** Makes a replica as a copy of the primary, and lets every commit from now on wait for it. @param {DatabaseHost} host */
  async addReplica(host) {
    const [from, to] = [join(this.#folder, this.primary), join(this.#folder, host)];
    const primary = new pg.Client({ connectionString: this.#urlAt(HOSTS[this.primary], "postgres") });
    await primary.connect();
    await primary.query("SELECT pg_create_physical_replication_slot($1, true)", [host]);
    await primary.query("SELECT pg_backup_start('replica', true)");
    copyCluster(from, to);
    const { rows } = await primary.query("SELECT labelfile FROM pg_backup_stop(false)");
    await primary.end();
    const { uid, gid } = statSync(from);
    for (const [name, text] of [
      ["backup_label", rows[0].labelfile],
      ["standby.signal", ""],
    ]) {
      writeFileSync(join(to, name), text, { mode: 0o600 });
      chownSync(join(to, name), uid, gid);
    }
    const source = `host=${HOSTS[this.primary]} port=${PORT} user=spoke password=${this.#password} application_name=${host}`;
    await this.#start(host, { primary_conninfo: source, primary_slot_name: host });
    await this.#on(
      this.primary,
      `ALTER SYSTEM SET synchronous_standby_names = 'ANY 1 (${host})'`,
      "SELECT pg_reload_conf()",
    );
    await until(`${host} is a synchronous replica`, () => this.#hasSynchronousReplica());
  }

  async #hasSynchronousReplica() {
    const rows = await this.#on(
      this.primary,
      "SELECT 1 FROM pg_stat_replication WHERE state = 'streaming' AND sync_state IN ('sync', 'quorum')",
    );
    return rows.length > 0;
  }

  /** `kill -9` of the primary. Resolves when it is gone. */
  async killPrimary() {
    const server = this.#servers.get(this.primary);
    if (!server) throw new Error("There is no primary to kill.");
    const ended = once(server.child, "exit");
    process.kill(server.pid, "SIGKILL");
    await ended;
    this.#servers.delete(this.primary);
  }

  /** Makes the replica the primary: takes the address from the old one, for good, before anybody reaches the new one. */
  async failOver() {
    const [old, next] =
      this.primary === "db1" ? /** @type {const} */ (["db1", "db2"]) : /** @type {const} */ (["db2", "db1"]);
    await dropDatabaseAddress(old);
    await this.#on(
      next,
      "SELECT pg_promote(true, 30)",
      "ALTER SYSTEM RESET synchronous_standby_names",
      "SELECT pg_reload_conf()",
    );
    this.primary = next;
    await takeDatabaseAddress(next);
  }

  /** Ends both servers. */
  async stop() {
    const running = [...this.#servers.entries()].sort(([host]) => (host === this.primary ? -1 : 1));
    for (const [, { child }] of running) {
      const ended = once(child, "exit");
      child.disconnect();
      await ended;
    }
  }
}
