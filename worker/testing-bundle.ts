import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";

/**
 * Bundles the worker's program as `worker.mjs` into a new folder, where it finds the packages, and beside it that of the threads
 * for scripts; gives the folder.
 */
export async function bundleWorker(root: string): Promise<string> {
  const cache = join(root, "node_modules/.cache");
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, "worker-"));
  writeFileSync(join(folder, "package.json"), `{"type":"module"}`);
  const options = {
    absWorkingDir: root,
    bundle: true,
    packages: "external",
    platform: "node",
    format: "esm",
    logLevel: "silent",
  } as const;
  await Promise.all([
    build({ ...options, entryPoints: ["worker/main.ts"], outfile: join(folder, "worker.mjs") }),
    build({ ...options, entryPoints: ["lib/script/thread-main.ts"], outfile: join(folder, "script-thread.js") }),
  ]);
  return folder;
}
