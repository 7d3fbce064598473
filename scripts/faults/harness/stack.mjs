import { randomBytes } from "node:crypto";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { startEmbedded } from "../../setup/database.mjs";
import { migrate } from "../../setup/migrate.mjs";
import { freePort } from "../../setup/port.mjs";
import { root } from "../../setup/root.mjs";
import { runProgram } from "../../setup/supervise.mjs";
import { Member } from "./member.mjs";
import { startProxy } from "./proxy.mjs";
import { startReaper } from "./reaper.mjs";
import { until } from "./until.mjs";

const STOP_MS = 30_000;
const MOST_FAILURES = 3;

/**
 * Spoke's production processes from `dist/` with a PostgreSQL and a folder of their own. Whatever happens to this process,
 * all of it goes with it.
 *
 * @typedef {object} MemberOptions
 * @property {Record<string, string>} [env] on top of the stack's
 * @property {string[]} [within] a command that runs the process in its place, like `ip netns exec name`
 *
 * @typedef {object} StackOptions
 * @property {number} [webs] how many web processes
 * @property {number} [workers] how many workers
 * @property {Record<string, string>} [env] of every process
 * @property {Record<string, string>} [settings] of PostgreSQL
 * @property {string} [databaseUrl] an existing, empty database instead of a PostgreSQL of its own
 * @property {boolean} [network] put a way that can be cut between the processes and the database: `stack.network`
 */
export class Stack {
  /** Its data and logs; removed in the end. */
  folder = mkdtempSync(join(tmpdir(), "spoke-faults-"));
  /** The PostgreSQL of its own. @type {Member | undefined} */
  postgres;
  /** @type {(Member & { url: string })[]} */
  webs = [];
  /** @type {Member[]} */
  workers = [];
  /** Where the database is for this script. */
  databaseUrl;
  /** The processes' way to the database, when it can be cut. @type {Awaited<ReturnType<typeof startProxy>> | undefined} */
  network;
  #reaper = startReaper();
  #pool;
  #env;

  /** @param {Record<string, string>} env */
  constructor(env) {
    chmodSync(this.folder, 0o711); // as root, PostgreSQL runs as another user, who has to pass
    this.#reaper.remove(this.folder);
    mkdirSync(join(this.folder, "logs"));
    this.#env = {
      NODE_ENV: "production",
      LOG_LEVEL: "warn",
      NEXT_TELEMETRY_DISABLED: "1",
      NEXTAUTH_SECRET: randomBytes(32).toString("base64"),
      ENCRYPTION_KEY: randomBytes(32).toString("base64"),
      EGRESS_ALLOW: "127.0.0.1",
      PUBLIC_URL: "http://127.0.0.1",
      ...env,
    };
  }

  /** Lets the stack end and remove also what others started. */
  watch(pid) {
    this.#reaper.watch(pid);
  }

  async startDatabase(settings) {
    const password = randomBytes(16).toString("hex");
    this.postgres = new Member("PostgreSQL", async () => {
      const port = this.databaseUrl && Number(new URL(this.databaseUrl).port);
      const running = await startEmbedded({ dataDir: this.folder, password, settings, port });
      this.#reaper.watch(running.pid);
      this.databaseUrl = running.url;
      return running;
    });
    await this.postgres.start();
  }

  async openDatabase(url) {
    this.databaseUrl = url;
    await migrate({ url });
    this.#pool = new pg.Pool({ connectionString: url, max: 3, connectionTimeoutMillis: 30_000 });
    this.#pool.on("error", () => {});
    this.#pool.on("connect", (client) => client.on("error", () => {}));
  }

  async startNetwork() {
    this.network = await startProxy({ to: () => Number(new URL(this.databaseUrl).port) });
  }

  /** Where the database is for the processes. */
  get #programsUrl() {
    if (!this.network) return this.databaseUrl;
    return Object.assign(new URL(this.databaseUrl), { port: String(this.network.port) }).href;
  }

  /** Asks the stack's database, from outside of the processes. Rejects while there is none. */
  async query(text, values) {
    return (await this.#pool.query(text, values)).rows;
  }

  /** Lends one connection to `work`, which may make temporary tables. */
  async withConnection(work) {
    const client = await this.#pool.connect();
    let broken = true;
    try {
      const result = await work(client);
      broken = false;
      return result;
    } finally {
      client.release(broken);
    }
  }

  #program(name, script, { env, within }) {
    return new Member(name, () => {
      const given = { DATABASE_URL: this.#programsUrl, ...this.#env, ...env };
      const running = runProgram({
        script: join(root, script),
        env: { ...process.env, ...given },
        logFile: this.#logFile(name),
        stopMs: STOP_MS,
        within,
      });
      if (running.pid) this.#reaper.watch(running.pid);
      return running;
    });
  }

  /** Starts one more worker. @param {MemberOptions} [options] */
  async addWorker(options = {}) {
    const worker = this.#program(`worker ${this.workers.length + 1}`, "dist/worker.js", options);
    this.workers.push(worker);
    await worker.start();
    return worker;
  }

  /** Starts one more web process; `HOST` and `PORT` of `env` say where, else it is a free port of 127.0.0.1. @param {MemberOptions} [options] */
  async addWeb({ env = {}, ...options } = {}) {
    const { HOST = "127.0.0.1", PORT = String(await freePort()) } = env;
    const member = this.#program(`web ${this.webs.length + 1}`, "dist/server.js", {
      ...options,
      env: { ...env, HOST, PORT },
    });
    const web = Object.assign(member, { url: `http://${HOST}:${PORT}` });
    this.webs.push(web);
    await web.start();
    return web;
  }

  /** Resolves when every web process says that it is ready. */
  async ready() {
    for (const web of this.webs) {
      let isReady = false;
      const answers = until(`${web.name} is ready`, async () => {
        const answer = await fetch(`${web.url}/readyz`, { signal: AbortSignal.timeout(5_000) });
        await answer.arrayBuffer();
        isReady = answer.ok;
        return isReady;
      });
      const failing = () => [web, ...this.workers].find(({ failures }) => failures >= MOST_FAILURES);
      // This wait ends with the other one: it would keep our process alive until its time is over.
      const ends = until("it ends", () => isReady || failing());
      const ended = await Promise.race([answers.then(() => undefined), ends.then(failing)]);
      if (ended) throw new Error(`${ended.name} ends again and again.`);
    }
  }

  /** What a process has logged, from its beginning. */
  logOf({ name }) {
    return readFileSync(this.#logFile(name), "utf8");
  }

  #logFile(name) {
    return join(this.folder, "logs", `${name.replaceAll(" ", "-")}.log`);
  }

  /** How many of its workers the database knows as alive. */
  async liveWorkers() {
    const [row] = await this.query(`SELECT count(*)::int AS n FROM "Worker" WHERE "aliveUntil" > now()`);
    return row.n;
  }

  /** Ends all of it and removes its folder. */
  async stop() {
    await Promise.all([...this.webs, ...this.workers].map((member) => member.stop()));
    await this.network?.stop();
    await this.#pool?.end();
    await this.postgres?.stop();
    await this.#reaper.end();
  }
}

/**
 * Starts a stack and waits until it serves.
 *
 * @param {StackOptions} [options]
 */
export async function startStack({ webs = 1, workers = 1, env = {}, settings, databaseUrl, network = false } = {}) {
  const stack = new Stack(env);
  try {
    if (!databaseUrl) await stack.startDatabase(settings);
    await stack.openDatabase(databaseUrl ?? stack.databaseUrl);
    if (network) await stack.startNetwork();
    for (let n = 0; n < webs; n++) await stack.addWeb();
    for (let n = 0; n < workers; n++) await stack.addWorker();
    await stack.ready();
    await until("the workers are there", async () => (await stack.liveWorkers()) >= workers);
    return stack;
  } catch (error) {
    await stack.stop();
    throw error;
  }
}
