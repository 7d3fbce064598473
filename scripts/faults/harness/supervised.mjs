import { readFileSync } from "node:fs";
import { join } from "node:path";
import { freePort } from "../../setup/port.mjs";
import { runProgram } from "../../setup/supervise.mjs";
import { childrenOf } from "./children.mjs";
import { Stack } from "./stack.mjs";
import { until } from "./until.mjs";

const STOP_MS = 60_000;

/** What `npm start` runs, as a stack: its supervisor, and nobody here, starts again what ends. */
export class Supervised extends Stack {
  #supervisor;

  async start(env) {
    const port = await freePort();
    this.#supervisor = runProgram({
      script: "scripts/start.mjs",
      logFile: join(this.folder, "logs", "start.log"),
      stopMs: STOP_MS,
      env: {
        ...process.env,
        DATABASE_URL: "", // not one that stands in a file `.env`
        SPOKE_DATA_DIR: this.folder,
        SPOKE_SEED: "empty",
        PORT: String(port),
        HOST: "127.0.0.1",
        EGRESS_ALLOW: "127.0.0.1",
        LOG_LEVEL: "warn",
        ...env,
      },
    });
    this.watch(this.#supervisor.pid);
    const url = `http://127.0.0.1:${port}`;
    this.webs = [{ name: "The web process", url, failures: 0 }];
    this.workers = [{ name: "The worker", failures: 0 }];
    await this.ready();
    const secret = JSON.parse(readFileSync(join(this.folder, "secrets.json"), "utf8")).postgresPassword;
    const databasePort = readFileSync(join(this.folder, "postgres-port"), "utf8");
    await this.openDatabase(`postgresql://spoke:${encodeURIComponent(secret)}@127.0.0.1:${databasePort}/spoke`);
    await until("the worker is there", async () => (await this.liveWorkers()) === 1);
    this.#watchAll();
  }

  /** The processes by what they are. @returns {Record<"web" | "worker" | "postgres", number | undefined>} their ids */
  get pids() {
    const children = childrenOf(this.#supervisor.pid);
    const find = (text) => children.find(({ command }) => command.includes(text))?.pid;
    return {
      web: find("dist/server.js"),
      worker: find("dist/worker.js"),
      postgres: find(join(this.folder, "postgres")),
    };
  }

  #watchAll() {
    for (const pid of Object.values(this.pids)) if (pid) this.watch(pid);
  }

  /** `kill -9` of some at the same moment. Resolves when the supervisor has started others in their place. */
  async kill(names) {
    const before = this.pids;
    for (const name of names) process.kill(before[name], "SIGKILL");
    await until(`the supervisor has started ${names.join(", ")} again`, () => {
      const now = this.pids;
      return names.every((name) => now[name] !== undefined && now[name] !== before[name]);
    });
    this.#watchAll();
  }

  async stop() {
    this.webs = [];
    this.workers = [];
    await this.#supervisor?.stop();
    await super.stop();
  }
}
