import { mkdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import pg from "pg";
import { bundleOptions } from "../setup/build.mjs";
import { root } from "../setup/root.mjs";

// What the worker does about old rows each hour and minute, when it is asked to and until it is told to stop, in a process of
// its own.

const outdir = join(root, "dist");
mkdirSync(outdir, { recursive: true });
const { build } = createRequire(import.meta.url)("esbuild");
const { entryPoints: _, ...options } = bundleOptions(outdir);
await build({
  ...options,
  sourcemap: false,
  stdin: {
    contents: `export { dropPartitions } from "@/lib/queue/drop-partitions"; export { Retention } from "@/worker/retention";`,
    resolveDir: root,
    sourcefile: "bench-removal.ts",
    loader: "ts",
  },
  entryNames: "bench-removal",
});
const { dropPartitions, Retention } = await import(pathToFileURL(join(outdir, "bench-removal.js")).href);

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 4 });
const retention = new Retention(pool);

let stopping = new AbortController();

const acts = {
  async drop() {
    return { removed: (await dropPartitions(pool)).length };
  },
  async delete() {
    const removed = await retention.round(stopping.signal);
    return { removed: removed?.transactions ?? 0 };
  },
};

process.on("message", async (act) => {
  if (act === "stop") return stopping.abort();
  stopping = new AbortController();
  const beganAt = Date.now();
  const result = await acts[act]();
  process.send?.({ ...result, beganAt, endedAt: Date.now() });
});
process.on("disconnect", () => process.exit());
process.send?.("ready");
