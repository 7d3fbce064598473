import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { TestDatabase } from "@/lib/db/testing";
import { bundleWorker } from "./testing-bundle";

/** What the database calls their connections. */
const NAME = "a test's worker process";

/** Waits until a process has ended; gives its exit code and its signal. */
async function endOf(child: ChildProcess): Promise<unknown[]> {
  const hasEnded = child.exitCode !== null || child.signalCode !== null;
  return hasEnded ? [child.exitCode, child.signalCode] : once(child, "exit");
}

/** Workers in processes of their own, which a test may kill, and the server that their calls go to. */
export class WorkerProcesses {
  /** Idempotency keys of the calls that came, in their order. */
  keys: string[] = [];
  /** Bodies of the calls that came whole. */
  bodies: string[] = [];
  /** Whether calls are answered. */
  answers = true;
  /** Told the key of each call as it comes. */
  onCall: (key: string) => void = () => {};
  /** Where calls go to. */
  readonly url: string;
  readonly #db: TestDatabase;
  readonly #folder: string;
  readonly #outside: Server;
  readonly #running: ChildProcess[] = [];

  private constructor(db: TestDatabase, folder: string, outside: Server) {
    this.#db = db;
    this.#folder = folder;
    this.#outside = outside;
    this.url = `http://127.0.0.1:${(outside.address() as AddressInfo).port}`;
    outside.on("request", (request, response) => {
      const key = String(request.headers["idempotency-key"]);
      this.keys.push(key);
      this.onCall(key);
      text(request).then(
        (body) => this.bodies.push(body),
        () => {}, // the worker died while it sent
      );
      if (this.answers)
        setTimeout(() => response.setHeader("content-type", "application/json").end('{"done":true}'), 5);
    });
  }

  /** Bundles the worker and starts the server. */
  static async prepare(db: TestDatabase): Promise<WorkerProcesses> {
    const folder = await bundleWorker(fileURLToPath(new URL("..", import.meta.url)));
    const outside = createServer().listen(0, "127.0.0.1");
    await once(outside, "listening");
    return new WorkerProcesses(db, folder, outside);
  }

  start(databaseUrl = this.#db.url): ChildProcess {
    const database = new URL(databaseUrl);
    database.searchParams.set("application_name", NAME);
    const env = {
      ...process.env,
      DATABASE_URL: database.href,
      EGRESS_ALLOW: "127.0.0.1",
      SCRIPT_CPU_MS: "10000",
      WORKER_SLOTS: "16",
    };
    const child = spawn(process.execPath, [join(this.#folder, "worker.mjs")], { env, stdio: "inherit" });
    this.#running.push(child);
    return child;
  }

  /** Waits until a worker has ended and what it had sent has come; gives its exit code and its signal. */
  async ended(worker: ChildProcess): Promise<unknown[]> {
    const ending = await endOf(worker);
    const connections = () => promisify(this.#outside.getConnections.bind(this.#outside))();
    while ((await connections()) > 0) await sleep(5);
    return ending;
  }

  /** Kills what runs, ends what the database still does for it, and forgets what came, for the next test. */
  async reset(): Promise<void> {
    const running = this.#running.splice(0);
    for (const child of running) child.kill("SIGKILL");
    await Promise.all(running.map(endOf));
    await this.#db.pool.query(
      "SELECT pg_terminate_backend(pid, 60000) FROM pg_stat_activity WHERE application_name = $1 AND datname = current_database()",
      [NAME],
    );
    this.keys = [];
    this.bodies = [];
    this.answers = true;
    this.onCall = () => {};
  }

  close(): void {
    this.#outside.closeAllConnections();
    this.#outside.close();
    rmSync(this.#folder, { recursive: true });
  }
}
