import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("../..", import.meta.url));

export type ProcessAnswer = { status: number; headers: Headers; body: string };

/** A web process of its own, without pages, which a test may kill. */
export type DoorProcess = {
  send(path: string, request?: RequestInit): Promise<ProcessAnswer>;
  /** Ends it as a crash does. */
  kill(): Promise<void>;
};

/** Starts web processes on a database from one program, built for the test. */
export class DoorProcesses {
  readonly #folder: string;
  readonly #databaseUrl: string;
  readonly #running: ChildProcess[] = [];

  private constructor(folder: string, databaseUrl: string) {
    this.#folder = folder;
    this.#databaseUrl = databaseUrl;
  }

  /** Builds the program, where it finds the packages. */
  static async prepare(databaseUrl: string): Promise<DoorProcesses> {
    const cache = join(root, "node_modules/.cache");
    mkdirSync(cache, { recursive: true });
    const folder = mkdtempSync(join(cache, "door-"));
    await build({
      absWorkingDir: root,
      entryPoints: ["lib/webhooks/testing-door-process.ts"],
      outfile: join(folder, "door.mjs"),
      bundle: true,
      packages: "external",
      platform: "node",
      format: "esm",
      logLevel: "silent",
    });
    return new DoorProcesses(folder, databaseUrl);
  }

  /** Starts one and waits until it serves. */
  async start(): Promise<DoorProcess> {
    const env = { ...process.env, DATABASE_URL: this.#databaseUrl };
    const child = fork(join(this.#folder, "door.mjs"), { env, execArgv: [] });
    this.#running.push(child);
    const ended = once(child, "exit").then(([code, signal]) => {
      throw new Error(`The web process ended before it served: ${code ?? signal}`);
    });
    const [port] = await Promise.race([once(child, "message"), ended]);
    ended.catch(() => {}); // it may end from now on
    return {
      async send(path, request) {
        const answer = await fetch(`http://127.0.0.1:${port}${path}`, { method: "POST", ...request });
        return { status: answer.status, headers: answer.headers, body: await answer.text() };
      },
      async kill() {
        child.kill("SIGKILL");
        await ended.catch(() => {});
      },
    };
  }

  /** Kills what runs and removes the program. */
  async close(): Promise<void> {
    for (const child of this.#running) child.kill("SIGKILL");
    await Promise.all(this.#running.map((child) => child.exitCode ?? child.signalCode ?? once(child, "exit")));
    rmSync(this.#folder, { recursive: true });
  }
}
