import { mkdirSync, mkdtempSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";

/** Bundles the worker's program as `worker.mjs` into a new folder, where it finds the packages; gives the folder. */
export async function bundleWorker(root: string): Promise<string> {
  const cache = join(root, "node_modules/.cache");
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, "worker-"));
  await build({
    absWorkingDir: root,
    entryPoints: ["worker/main.ts"],
    outfile: join(folder, "worker.mjs"),
    bundle: true,
    packages: "external",
    platform: "node",
    format: "esm",
    logLevel: "silent",
  });
  return folder;
}
