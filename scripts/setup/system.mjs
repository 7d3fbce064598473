import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { passwordFits, passwordLine } from "./admin.mjs";
import { startEmbedded } from "./database.mjs";
import { migrate } from "./migrate.mjs";
import { SetupError, say, step } from "./progress.mjs";
import { root } from "./root.mjs";
import { seed } from "./seed.mjs";
import { keepRunning, rotateLogs, runProgram } from "./supervise.mjs";
import { watchPrograms } from "./watch.mjs";

const READY_MS = 120_000;
const READY_POLL_MS = 25;
const STOP_MS = 60_000; // a worker may wait for the answer of an outside call
const FAILURES_AT_START = 3;
const SAMPLE_ORDER = "prisma/examples/order-intake.sample.json";

/** Our programs: what they are called on the terminal, in the bundles and in the logs. */
const PROGRAMS = [
  { name: "The web process", bundle: "server", log: "web" },
  { name: "The worker", bundle: "worker", log: "worker" },
];

/** Database, web process and worker: started in this order, stopped in the opposite one. */
export class System {
  #mode;
  #options;
  #secrets;
  #database;
  #bundles;
  /** The running programs by the name of their bundle. */
  #programs = new Map();
  #watch;
  #endLogRotation = () => {};
  #stopped = false;
  #starting = Promise.resolve();

  /** @param {{ mode: "production" | "development", options: import("./options.mjs").StartOptions, secrets: ReturnType<import("./secrets.mjs").readSecrets> }} given */
  constructor({ mode, options, secrets }) {
    this.#mode = mode;
    this.#options = options;
    this.#secrets = secrets;
    this.#bundles = mode === "production" ? "dist" : "dist/dev";
  }

  /** The environment of our programs. */
  #env(databaseUrl) {
    const { port, publicUrl, adminEmail, adminPassword, empty } = this.#options;
    return {
      ...process.env,
      NODE_ENV: this.#mode,
      NEXT_TELEMETRY_DISABLED: "1",
      DATABASE_URL: databaseUrl,
      PORT: String(port),
      PUBLIC_URL: publicUrl,
      NEXTAUTH_URL: publicUrl,
      NEXTAUTH_SECRET: process.env.NEXTAUTH_SECRET || this.#secrets.nextauthSecret,
      ENCRYPTION_KEY: process.env.ENCRYPTION_KEY || this.#secrets.encryptionKey,
      SPOKE_ADMIN_EMAIL: adminEmail,
      SPOKE_ADMIN_PASSWORD: adminPassword ?? this.#secrets.adminPassword,
      SPOKE_SEED: empty ? "empty" : "demo",
    };
  }

  async #openDatabase() {
    const { databaseUrl, dataDir } = this.#options;
    if (databaseUrl) return databaseUrl;
    let url;
    this.#database = await step("Starting PostgreSQL", () =>
      keepRunning({
        name: "PostgreSQL",
        hint: `Its log is ${join(dataDir, "logs/postgres.log")}.`,
        start: async () => {
          const port = url && Number(new URL(url).port); // the programs go on with the address that they were given
          const running = await startEmbedded({ dataDir, password: this.#secrets.postgresPassword, port });
          url = running.url;
          return running;
        },
      }),
    );
    return url;
  }

  #logFile(log) {
    return this.#mode === "production" ? join(this.#options.dataDir, `logs/${log}.log`) : undefined;
  }

  async #startPrograms(env) {
    const logFiles = PROGRAMS.map(({ log }) => this.#logFile(log)).filter((file) => file !== undefined);
    this.#endLogRotation = rotateLogs(logFiles);
    for (const { name, bundle, log } of PROGRAMS) {
      const script = `${this.#bundles}/${bundle}.js`;
      const logFile = this.#logFile(log);
      const hint = logFile ? `Its log is ${logFile}.` : "";
      const start = () => runProgram({ script, env, logFile, stopMs: STOP_MS });
      this.#programs.set(bundle, await keepRunning({ name, hint, start }));
    }
  }

  async #waitUntilReady() {
    const { host = "127.0.0.1", port, dataDir } = this.#options;
    const url = `http://${host.includes(":") ? `[${host}]` : host}:${port}/readyz`;
    const deadline = Date.now() + READY_MS;
    while (Date.now() < deadline && !this.#stopped) {
      const answer = await fetch(url, { signal: AbortSignal.timeout(5_000) }).catch(() => undefined);
      if (answer?.ok) return;
      if ([...this.#programs.values()].some((program) => program.failures() >= FAILURES_AT_START)) break;
      await sleep(READY_POLL_MS);
    }
    if (this.#stopped) return;
    const where = this.#mode === "production" ? `in ${join(dataDir, "logs")}` : "above";
    throw new SetupError(`Spoke did not become ready. What went wrong is ${where}.`);
  }

  /** Starts everything and says where it is. Rejects when something prevents it; `stop` is still to be called then. */
  start() {
    const starting = this.#start();
    this.#starting = starting.catch(() => {});
    return starting;
  }

  async #start() {
    if (this.#mode === "development") await this.#buildAndWatch();
    const env = this.#env(await this.#openDatabase());
    await this.#checkEnv(env);
    await this.#migrate(env.DATABASE_URL);
    const { orderIntakeUrl } = await seed({
      dataDir: this.#options.dataDir,
      env,
      script: join(root, this.#bundles, "seed.js"),
      run: (work) => step("Filling the database", work),
    });
    if (this.#stopped) return;
    await step("Starting web process and worker", async () => {
      await this.#startPrograms(env);
      await this.#waitUntilReady();
    });
    const { SPOKE_ADMIN_EMAIL: email, SPOKE_ADMIN_PASSWORD: password } = env;
    const fits = await passwordFits({ url: env.DATABASE_URL, email, password });
    const given = this.#options.adminPassword !== undefined;
    if (!this.#stopped) this.#sayWhere({ orderIntakeUrl, password: passwordLine({ fits, given, password }) });
  }

  async #buildAndWatch() {
    const onChange = (bundle) => this.#programs.get(bundle)?.restart();
    this.#watch = await step("Building the programs", () => watchPrograms({ outdir: this.#bundles, onChange }));
  }

  async #checkEnv(env) {
    const { parseEnv } = await import(pathToFileURL(join(root, this.#bundles, "env.js")).href);
    try {
      parseEnv(env);
    } catch (error) {
      throw new SetupError(error.message);
    }
  }

  async #migrate(url) {
    try {
      await migrate({ url, run: (work) => step("Updating the database's tables", work) });
    } catch (error) {
      throw new SetupError(`The database's tables could not be updated. ${error.message}`);
    }
  }

  #sayWhere({ orderIntakeUrl, password }) {
    const { publicUrl, adminEmail, dataDir } = this.#options;
    const lines = [
      "",
      `  Spoke runs at  ${publicUrl}`,
      `  E-mail         ${adminEmail}`,
      `  Password       ${password}`,
    ];
    if (this.#mode === "production") lines.push(`  Logs           ${join(dataDir, "logs")}`);
    if (orderIntakeUrl) {
      const body = JSON.stringify(JSON.parse(readFileSync(join(root, SAMPLE_ORDER), "utf8")));
      lines.push(
        "",
        "  Send an order to the cycle Order intake:",
        "",
        `  curl -H 'content-type: application/json' -d '${body}' ${orderIntakeUrl}`,
      );
    }
    lines.push("", "  Ctrl-C stops it.", "");
    say(lines.join("\n"));
  }

  /** Ends everything in order: what is in progress reaches a safe point, then the database closes. */
  async stop() {
    this.#stopped = true;
    await this.#starting; // what is being started now is there to be stopped afterwards
    this.#endLogRotation();
    await this.#watch?.stop();
    await Promise.all([...this.#programs.values()].map((program) => program.stop()));
    await this.#database?.stop();
  }

  /** Ends everything at once. */
  kill() {
    for (const program of this.#programs.values()) program.kill();
    this.#database?.kill();
  }
}
