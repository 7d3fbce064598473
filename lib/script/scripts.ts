import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { env } from "@/lib/env";
import { log } from "@/lib/log";
import { ScriptPool } from "./pool";

/** The web process's own code and Next's bundles are loaded apart; they share this place, and so the threads. */
const shared = globalThis as typeof globalThis & { spokeScripts?: ScriptPool };

/** The pool of this process, made at its first use. */
export function scriptPool(): ScriptPool {
  shared.spokeScripts ??= new ScriptPool({
    threadFile: findThreadFile(),
    limits: { cpuMs: env().SCRIPT_CPU_MS },
    onThreadDied: (error) => log.warn({ err: error }, "a thread for scripts has died, its runs begin again in others"),
  });
  return shared.spokeScripts;
}

/** What the pool of this process does now; undefined while there is none. */
export const scriptFigures = () => shared.spokeScripts?.figures;

/** Makes another pool that of this process; tests bring one with threads built for them. */
export function setScriptPool(pool: ScriptPool): void {
  shared.spokeScripts = pool;
}

/** Ends the threads of this process, if there are any; the next use starts anew. */
export async function closeScriptPool(): Promise<void> {
  const pool = shared.spokeScripts;
  shared.spokeScripts = undefined;
  await pool?.close();
}

/** The threads' program is built beside the programs that use it. Next's bundles are elsewhere: they are started in the checkout. */
function findThreadFile(): string {
  const beside = join(dirname(fileURLToPath(import.meta.url)), "script-thread.js");
  return existsSync(beside) ? beside : join(process.cwd(), "dist/script-thread.js");
}
