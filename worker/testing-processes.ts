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
  readonly #databaseUrl: string;
  readonly #folder: string;
  readonly #outside: Server;
  readonly #running: ChildProcess[] = [];

  private constructor({ url }: TestDatabase, folder: string, outside: Server) {
    this.#databaseUrl = url;
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

  start(databaseUrl = this.#databaseUrl): ChildProcess {
    const env = { ...process.env, DATABASE_URL: databaseUrl, EGRESS_ALLOW: "127.0.0.1", WORKER_SLOTS: "16" };
    const child = spawn(process.execPath, [join(this.#folder, "worker.mjs")], { env, stdio: "inherit" });
    this.#running.push(child);
    return child;
  }

  /** Waits until a worker has ended and what it had sent has come; gives its exit code and its signal. */
  async ended(worker: ChildProcess): Promise<unknown[]> {
    const ending = await once(worker, "exit");
    const connections = () => promisify(this.#outside.getConnections.bind(this.#outside))();
    while ((await connections()) > 0) await sleep(5);
    return ending;
  }

  /** Kills what runs and forgets what came, for the next test. */
  reset(): void {
    for (const child of this.#running.splice(0)) child.kill("SIGKILL");
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
