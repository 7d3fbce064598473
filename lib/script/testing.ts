import { createHash } from "node:crypto";
import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import type { ScriptJob, ScriptRun } from "./job";
import { ScriptPool, type ScriptPoolOptions } from "./pool";

let built: Promise<string> | undefined;

/** Bundles the program of the threads once for all tests of a process; gives its path. */
export function testThreadFile(): Promise<string> {
  built ??= bundleForTests("lib/script/thread-main.ts");
  return built;
}

/** What scripts may take whose time is not what a test is about: the machine may be busy with other things. */
export const PATIENT = { cpuMs: 10_000 };

/** A pool whose threads run the sources as they are, as patient as a busy machine asks for; the test closes it. */
export async function newTestPool(options: Partial<ScriptPoolOptions> = {}): Promise<ScriptPool> {
  return new ScriptPool({ threadFile: await testThreadFile(), maxWaitMs: 60_000, graceMs: 10_000, ...options });
}

/** Bundles a program to where it finds the packages; the file is named by its content, so that processes may share it. */
export async function bundleForTests(entry: string): Promise<string> {
  const { outputFiles } = await build({
    absWorkingDir: process.cwd(),
    entryPoints: [entry],
    bundle: true,
    packages: "external",
    platform: "node",
    format: "esm",
    target: "node20.19",
    write: false,
    logLevel: "silent",
  });
  const { contents } = outputFiles[0]!;
  const hash = createHash("sha256").update(contents).digest("hex").slice(0, 16);
  const folder = join(process.cwd(), "node_modules/.cache/script-threads");
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${hash}.mjs`);
  writeFileSync(`${file}.${process.pid}`, contents);
  renameSync(`${file}.${process.pid}`, file);
  return file;
}

/** Runs a script of the account "a" at the last moment of 2023; without `entry` as the body of a Script step. */
export function runScript(pool: ScriptPool, job: Partial<ScriptJob> & Pick<ScriptJob, "code">): Promise<ScriptRun> {
  return pool.run({
    accountId: "a",
    entry: "step",
    globals: {},
    nowMs: Date.UTC(2023, 11, 31, 23, 59, 59, 999),
    ...job,
  });
}
